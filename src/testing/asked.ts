import type { ErrorRecord } from "../contract/errors.js";
import type { RequestId } from "../contract/ids.js";
import type { Settlement } from "../hub/tab/pending-request.js";

/** A request of a fake tab with its settlement. */
export class Asked {
  readonly settlements: Settlement[] = [];
  readonly progress: Settlement[] = [];

  constructor(
    readonly request: RequestId,
    /** Handle of the requested subscription or registration. */
    readonly handle: number,
  ) {}

  get outcome(): Settlement | undefined {
    return this.settlements[0];
  }

  get error(): ErrorRecord | undefined {
    return this.outcome?.kind === "rejected" ? this.outcome.error : undefined;
  }
}
