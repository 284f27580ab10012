import type { ErrorRecord } from "../contract/errors.js";
import type { RequestId } from "../contract/ids.js";
import { isDurable } from "../contract/outbox.js";
import type { AnsweredRequest } from "../contract/requests.js";
import type { Settlement } from "../hub/tab/pending-request.js";

/** A request of a fake tab with its settlement. */
export class Asked {
  readonly settlements: Settlement[] = [];
  readonly progress: Settlement[] = [];
  /** True once the hub has told that it is stored. */
  isStored = false;
  /** True if the worker has died before it answered. */
  isOrphaned = false;

  constructor(
    readonly request: RequestId,
    /** Handle of the requested subscription or registration. */
    readonly handle: number,
    readonly message: AnsweredRequest,
  ) {}

  /** True if the next worker is asked for the same when this one dies. */
  get isDurable(): boolean {
    return "offline" in this.message && isDurable(this.message.offline);
  }

  /** Settles it as its page does when the worker has died; the error of the page has no record. */
  workerLost(): void {
    this.isOrphaned = true;
    const error = {
      name: "ConnectionLostError",
      message: "The worker is lost",
      fields: { sent: true },
    } as const;
    this.settlements.push({ kind: "rejected", request: this.request, error });
  }

  get outcome(): Settlement | undefined {
    return this.settlements[0];
  }

  get error(): ErrorRecord | undefined {
    return this.outcome?.kind === "rejected" ? this.outcome.error : undefined;
  }
}
