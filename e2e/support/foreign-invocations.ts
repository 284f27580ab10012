import { Collector } from "./collector.js";
import type { ForeignInvocation } from "./foreign.js";

interface Callee<Invocation> {
  register(
    procedure: string,
    handler: (invocation: Invocation) => void,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** The invocations of a foreign procedure, each of which waits for the test to answer it. */
export class ForeignInvocations<Invocation extends ForeignInvocation> extends Collector<Invocation> {
  static async register<Invocation extends ForeignInvocation>(
    callee: Callee<Invocation>,
    procedure: string,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<ForeignInvocations<Invocation>> {
    const invocations = new ForeignInvocations<Invocation>();
    await callee.register(procedure, (invocation) => invocations.add(invocation), options);
    return invocations;
  }
}
