import type { RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isConnectionLostError, isSessionClosedError, isWorkerLostError } from "../errors/outcome-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { createHandle } from "./handle.js";
import type { Handle } from "./handle.js";
import type { TabContext } from "./tab-context.js";

/** Builds the requests for handles of one kind. */
export interface HandleRequests<Id, Entry> {
  /** Requests a handle that a lost worker had from a new worker. */
  readonly replay: (request: RequestId, id: Id, entry: Entry) => AnsweredRequest;
  readonly release: (request: RequestId, id: Id) => AnsweredRequest;
}

/** Holds the subscriptions or registrations of this tab by number, from their request to their end. */
export abstract class HandleTable<Id extends number, Entry> {
  readonly #open = new Map<Id, { readonly handle: Handle; readonly entry: Entry }>();
  #last = 0;
  protected readonly tab: TabContext;
  readonly #requests: HandleRequests<Id, Entry>;
  readonly #openWhileReleasing: boolean;

  /** @param openWhileReleasing true keeps an entry until the hub has confirmed its release */
  constructor(tab: TabContext, requests: HandleRequests<Id, Entry>, openWhileReleasing: boolean) {
    this.tab = tab;
    this.#requests = requests;
    this.#openWhileReleasing = openWhileReleasing;
  }

  /** Ends a handle that the application did not release. */
  ended(id: Id, error: WampMuxError): void {
    const handle = this.#open.get(id)?.handle;
    this.#open.delete(id);
    handle?.end(error);
  }

  /** Requests all handles that the lost worker had from a new worker. */
  replay(): void {
    for (const [id, { handle, entry }] of this.#open) {
      const make = (request: RequestId): AnsweredRequest => this.#requests.replay(request, id, entry);
      void this.#replay(handle, make).then((refusal) => {
        if (refusal !== undefined) this.ended(id, refusal);
      });
    }
  }

  /** Ends all handles because the session is closed. */
  close(error: WampMuxError | undefined): void {
    for (const { handle } of this.#open.values()) handle.end(error);
    this.#open.clear();
  }

  protected get(id: Id): Entry | undefined {
    return this.#open.get(id)?.entry;
  }

  /** Requests a new handle from the hub. */
  protected async open(
    entry: Entry,
    make: (request: RequestId, id: Id) => AnsweredRequest,
    signal: AbortSignal | undefined,
  ): Promise<Handle> {
    this.#last += 1;
    const id = this.#last as Id;
    const release = (): Promise<void> => this.#release(id);
    const handle = createHandle(release);
    // Before the answer, which events and invocations may precede or accompany.
    this.#open.set(id, { handle, entry });
    try {
      return await this.tab.requests.send({
        make: (request) => make(request, id),
        answer: () => handle,
        accepted: handle.established,
        signal,
        late: () => void release().catch(this.tab.report),
      });
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  /**
   * Resolves with the error if the new worker refuses the handle. Resolves without one when that worker has the handle, when the
   * application has released the handle, and when that worker is lost as well, because the next replay then repeats the request.
   */
  async #replay(
    handle: Handle,
    make: (request: RequestId) => AnsweredRequest,
  ): Promise<WampMuxError | undefined> {
    while (handle.active) {
      try {
        return await this.tab.requests.send({ make, answer: () => undefined });
      } catch (error) {
        // The hub restores only handles that it already had; if the connection was lost before, the tab asks again.
        if (isConnectionLostError(error)) continue;
        return isWampMuxError(error) && !hubIsGone(error) ? error : undefined;
      }
    }
    return undefined;
  }

  async #release(id: Id): Promise<void> {
    if (!this.#openWhileReleasing) this.#open.delete(id);
    try {
      const make = (request: RequestId): AnsweredRequest => this.#requests.release(request, id);
      await this.tab.requests.send({ make, answer: () => undefined });
    } catch (error) {
      // A handle that no longer exists counts as released.
      if (!isConnectionLostError(error) && !hubIsGone(error)) throw error;
    } finally {
      this.#open.delete(id);
    }
  }
}

function hubIsGone(error: unknown): boolean {
  return isWorkerLostError(error) || isSessionClosedError(error);
}
