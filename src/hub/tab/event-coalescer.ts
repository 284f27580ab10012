/**
 * Sets the pace of a session's events. The first event after a quiet period is sent at once; the events that follow are collected for a
 * few milliseconds and then sent to all tabs in the same turn. One message on the port costs as much as many events in it, and events
 * that are sent to many tabs in the same turn are joined once for all of them.
 */
export class EventCoalescer {
  #state: "quiet" | "sending" | "collecting" = "quiet";
  readonly #waiting = new Set<() => void>();
  readonly #pause: (task: () => void) => void;

  /** `pause` runs a task at the end of the period in which events are collected. */
  constructor(pause: (task: () => void) => void) {
    this.#pause = pause;
  }

  /** Returns true if events may be sent now; otherwise calls `tryAgain` once, as soon as they may be sent. */
  maySend(tryAgain: () => void): boolean {
    if (this.#state === "collecting") {
      this.#waiting.add(tryAgain);
      return false;
    }
    if (this.#state === "quiet") {
      this.#state = "sending";
      // One microtask later, the first event has been sent to every tab that receives it.
      void Promise.resolve().then(this.#collect);
    }
    return true;
  }

  readonly #collect = (): void => {
    this.#state = "collecting";
    this.#pause(() => {
      this.#state = "quiet";
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const tryAgain of waiting) tryAgain();
    });
  };
}
