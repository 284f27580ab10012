import type { RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isConnectionLostError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import type { RequestSpec } from "../requests/pending-request.js";
import { createHandle } from "./handle.js";
import type { Handle } from "./handle.js";
import { Restoration, hubIsGone } from "./restoration.js";
import type { TabContext } from "./tab-context.js";

/** Builds the requests for handles of one kind. */
export interface HandleRequests<Id, Entry> {
  /** Requests a handle that a lost worker had from a new worker. */
  readonly replay: (request: RequestId, id: Id, entry: Entry) => AnsweredRequest;
  readonly release: (request: RequestId, id: Id) => AnsweredRequest;
}

/** Describes a handle by its type; every one has an owner. */
export interface OwnedEntry {
  readonly owner: Owner;
}

interface OpenHandle<Entry> {
  readonly handle: Handle;
  readonly entry: Entry;
  /** False until a hub has got the request. */
  wasPosted: boolean;
  /** Set once the worker that had the handle has been lost. */
  restoration?: Restoration;
}

/** Holds the subscriptions or registrations of this tab by number, from their request to their end. */
export abstract class HandleTable<Id extends number, Entry extends OwnedEntry> {
  readonly #open = new Map<Id, OpenHandle<Entry>>();
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
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.restoration?.stop();
    open?.handle.end(error);
  }

  /** Requests all handles that the lost worker had from a new worker. */
  replay(): void {
    for (const [id, open] of this.#open) {
      open.restoration?.stop();
      if (!open.handle.active) continue;
      const make = (request: RequestId): AnsweredRequest => this.#requests.replay(request, id, open.entry);
      open.restoration = new Restoration(this.tab, open.entry.owner, make);
      void open.restoration.run().then((refusal) => {
        if (refusal !== undefined) this.ended(id, refusal);
      });
    }
  }

  /** Releases the handles of an owner. Resolves when the hub has confirmed that, or could not; never rejects. */
  async releaseAll(owner: Owner): Promise<void> {
    const own = [...this.#open.values()].filter(({ entry }) => entry.owner === owner);
    await Promise.allSettled(own.map(({ handle }) => handle.release()));
  }

  /** Ends all handles because the session is closed. */
  close(error: WampMuxError | undefined): void {
    for (const { handle, restoration } of this.#open.values()) {
      restoration?.stop();
      handle.end(error);
    }
    this.#open.clear();
  }

  protected get(id: Id): Entry | undefined {
    return this.#open.get(id)?.entry;
  }

  /** Requests a new handle from the hub. */
  protected async open(
    entry: Entry,
    make: (request: RequestId, id: Id, timeout: number) => AnsweredRequest,
    { timeout, offline, signal }: Pick<RequestSpec<Handle>, "timeout" | "offline" | "signal">,
  ): Promise<Handle> {
    this.#last += 1;
    const id = this.#last as Id;
    const release = (): Promise<void> => this.#release(id);
    const handle = createHandle(release);
    // Before the answer, which events and invocations may precede or accompany.
    const open: OpenHandle<Entry> = { handle, entry, wasPosted: false };
    this.#open.set(id, open);
    try {
      return await this.tab.requests.send({
        owner: entry.owner,
        make: (request, left) => make(request, id, left),
        timeout,
        offline,
        answer: () => handle,
        posted: () => {
          open.wasPosted = true;
        },
        accepted: handle.established,
        signal,
        late: () => void release().catch(this.tab.report),
      });
    } catch (error) {
      this.#open.delete(id);
      // Then the hub has rejected the request because of the release.
      entry.owner.throwIfLeft();
      throw error;
    }
  }

  async #release(id: Id): Promise<void> {
    const { restoration, wasPosted = true } = this.#open.get(id) ?? {};
    restoration?.stop();
    if (!this.#openWhileReleasing) this.#open.delete(id);
    try {
      // A handle that no hub has is released at once.
      if (!wasPosted || restoration?.hubMayHaveIt === false) return;
      await this.tab.requests.send({
        make: (request) => this.#requests.release(request, id),
        timeout: this.tab.defaults.requestTimeout,
        offline: "wait",
        answer: () => undefined,
        takesNothingNew: true,
      });
    } catch (error) {
      // A handle that no longer exists counts as released.
      if (!isConnectionLostError(error) && !hubIsGone(error)) throw error;
    } finally {
      this.#open.delete(id);
    }
  }
}
