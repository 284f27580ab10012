import type { TabRequest } from "../../contract/requests.js";

/** Batches that may be on their way to the hub before it has taken the first one in. */
const CREDITS = 4;

/** Takes a batch; resolves when more can come. */
export type Poster = (batch: readonly TabRequest[]) => Promise<void>;

/**
 * The way from this page to the hub, in order. What is pushed in one turn of the microtasks goes together, such as the next calls of
 * everybody who was waiting for a result. While there is no worker, or while the hub has enough to do, it is collected.
 */
export class RequestSender {
  #queue: TabRequest[] = [];
  #credits = CREDITS;
  #poster: Poster | undefined;
  readonly #failed: (error: unknown) => void;

  /** `failed` is called when a worker that should be there did not take a batch. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  push(request: TabRequest): void {
    this.#queue.push(request);
    // Behind the microtasks that wait already, which may push too.
    if (this.#queue.length === 1) queueMicrotask(this.send);
  }

  /** There is a hub that takes batches. */
  open(poster: Poster): void {
    this.#poster = poster;
    this.#credits = CREDITS;
    this.send();
  }

  /** There is none any more; what was pushed for it is forgotten. */
  close(): void {
    this.#poster = undefined;
    this.#queue = [];
  }

  /** Sends what is collected, without waiting for credit: nothing comes after it. */
  flush(): void {
    this.#credits = Infinity;
    this.send();
  }

  /** Sends what is collected, as far as there is credit. */
  readonly send = (): void => {
    const poster = this.#poster;
    if (poster === undefined || this.#credits === 0 || this.#queue.length === 0) return;
    const batch = this.#queue;
    this.#queue = [];
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
  };
}
