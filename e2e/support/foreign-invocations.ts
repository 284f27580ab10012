import { Collector } from "./collector.js";
import type { ForeignInvocation, ForeignSession } from "./foreign.js";

/** The invocations of a foreign procedure, none of which is answered before the test does it. */
export class ForeignInvocations extends Collector<ForeignInvocation> {
  static async register(
    foreign: ForeignSession,
    procedure: string,
    options: Readonly<Record<string, unknown>> = {},
  ) {
    const invocations = new ForeignInvocations();
    await foreign.register(procedure, (invocation) => invocations.add(invocation), options);
    return invocations;
  }
}
