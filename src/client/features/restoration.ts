import { backoff } from "../../contract/backoff.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isConnectionLostError, isSessionClosedError, isWorkerLostError } from "../errors/outcome-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import type { TabContext } from "./tab-context.js";

/** The delays between attempts. */
const RETRY = { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity };

/** Requests a handle that a lost worker had from the next one, and repeats the request after a refusal that may pass. */
export class Restoration {
  readonly #tab: TabContext;
  readonly #owner: Owner;
  readonly #make: (request: RequestId) => AnsweredRequest;
  readonly #withdrawn = new AbortController();
  #stopped = false;
  #hubMayHaveIt = false;
  #endPause: () => void = () => undefined;

  /** @param owner the owner of the handle, which is warned of refusals */
  constructor(tab: TabContext, owner: Owner, make: (request: RequestId) => AnsweredRequest) {
    this.#tab = tab;
    this.#owner = owner;
    this.#make = make;
  }

  /** False while no hub knows of the handle, so that there is nothing to release. */
  get hubMayHaveIt(): boolean {
    return this.#hubMayHaveIt;
  }

  /**
   * Resolves with the error if the request is refused for good. Resolves without one when the worker has the handle, when the restoration
   * is stopped, and when that worker is lost as well, because the next one is then asked by another restoration.
   */
  async run(): Promise<WampMuxError | undefined> {
    let refusals = 0;
    const warned = new Set<string>();
    while (!this.#stopped) {
      const error = await this.#request();
      if (error === undefined || this.#stopped || hubIsGone(error)) return undefined;
      // The hub restores only handles that it already had. It waits for the connection, so the request can be repeated at once.
      if (isConnectionLostError(error)) continue;
      if (isFinal(error)) return error;
      refusals += 1;
      // Each repetition may fail for another reason, and most for the same one.
      const reason = `${error.name}: ${error.message}`;
      if (!warned.has(reason)) this.#owner.warn(error);
      warned.add(reason);
      await this.#pause(backoff(refusals, RETRY, this.#tab.random));
    }
    return undefined;
  }

  /** Repeats the request no more, and withdraws one that no hub has. One that a hub has is undone by the release that follows. */
  stop(): void {
    this.#stopped = true;
    this.#endPause();
    if (!this.#hubMayHaveIt) this.#withdrawn.abort();
  }

  async #request(): Promise<WampMuxError | undefined> {
    try {
      await this.#tab.requests.send({
        make: this.#make,
        // The hub keeps the deadlines of what it restores, whether it had the handle before or a lost hub did.
        timeout: 0,
        offline: "wait",
        answer: () => undefined,
        posted: () => {
          this.#hubMayHaveIt = true;
        },
        signal: this.#withdrawn.signal,
        takesNothingNew: true,
      });
      return undefined;
    } catch (error) {
      this.#hubMayHaveIt = false;
      // Otherwise it is the reason of the signal.
      return isWampMuxError(error) ? error : undefined;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#tab.clock.after(milliseconds, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Tells whether a request failed because its worker is lost or the session is closed. */
export function hubIsGone(error: unknown): boolean {
  return isWorkerLostError(error) || isSessionClosedError(error);
}
