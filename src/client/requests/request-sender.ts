import type { TabRequest } from "../../contract/requests.js";

/** Maximum number of batches that the hub has not taken in: it says so of every second one, at the latest. */
const CREDITS = 2;

/** A request, or one that is still being made; undefined if it is not to be sent after all. The promise must not reject. */
export type Postable = TabRequest | Promise<TabRequest | undefined>;

/** The place of a request in the queue, which it keeps while it is being made. */
interface Slot {
  making?: Promise<TabRequest | undefined> | undefined;
  made?: TabRequest | undefined;
}

/** Posts a batch to the hub; resolves when the hub can accept another one. */
export type Poster = (batch: readonly TabRequest[]) => Promise<void>;

/**
 * Sends the requests of this tab to the hub, in order. Requests made in the same microtask checkpoint form one batch, such as the next
 * calls of all callers that waited for the same result. Without a worker, and while the hub is busy, requests are queued. A request that
 * is still being made holds those after it.
 */
export class RequestSender {
  #queue: Slot[] = [];
  #credits = CREDITS;
  #poster: Poster | undefined;
  readonly #failed: (error: unknown) => void;

  /** `failed` is called if a worker that should be alive did not accept a batch. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Queues a request, which is sent in this turn if there is credit. */
  push(request: Postable): void {
    const slot: Slot = isUnmade(request) ? { making: request } : { made: request };
    this.#queue.push(slot);
    void slot.making?.then((made) => this.#made(slot, made));
    // After the microtasks that are already queued, which may also push.
    // Not `queueMicrotask`, which the fake timers of tests replace.
    if (this.#queue.length === 1) void Promise.resolve().then(this.send);
  }

  /** Resolves when the requests of the queue have been made. */
  async allMade(): Promise<void> {
    await Promise.all(this.#queue.flatMap(({ making }) => making ?? []));
  }

  #made(slot: Slot, made: TabRequest | undefined): void {
    slot.making = undefined;
    slot.made = made;
    // Otherwise it waits for an earlier one, or was for a lost hub.
    if (slot === this.#queue[0]) this.send();
  }

  /** Sends the queue to a new hub, and all later requests. */
  open(poster: Poster): void {
    this.#poster = poster;
    this.#credits = CREDITS;
    this.send();
  }

  /** Drops the queue, because its hub is lost. Later requests are queued for the next hub. */
  close(): void {
    this.#poster = undefined;
    this.#queue = [];
  }

  /** Sends the queue if there is credit. */
  readonly send = (): void => {
    if (this.#credits > 0) this.flush();
  };

  /** Sends the queue without waiting for credit, which is owed until the hub has taken earlier batches. */
  flush(): void {
    const poster = this.#poster;
    if (poster === undefined) return;
    const unmade = this.#queue.findIndex(({ making }) => making !== undefined);
    const slots = this.#queue.splice(0, unmade < 0 ? Infinity : unmade);
    const batch = slots.flatMap(({ made }) => made ?? []);
    if (batch.length === 0) return;
    this.#credits -= 1;
    poster(batch).then(
      () => {
        if (this.#poster !== poster) return;
        this.#credits += 1;
        this.send();
      },
      (error: unknown) => {
        if (this.#poster === poster) this.#failed(error);
      },
    );
  }
}

function isUnmade(request: Postable): request is Promise<TabRequest | undefined> {
  // Not by its class: Angular replaces the global Promise.
  return "then" in request;
}
