/**
 * The pace of the events of a session. Events that come after a quiet time go at once; those that follow are collected for a moment
 * and then go to all tabs in the same turn: a message across the port costs as much as many events in it, and what goes to many
 * tabs in the same turn is joined once for all of them.
 */
export class EventCoalescer {
  #state: "quiet" | "going" | "collecting" = "quiet";
  readonly #waiting = new Set<() => void>();
  readonly #pause: (task: () => void) => void;

  /** `pause` runs its argument when enough has been collected. */
  constructor(pause: (task: () => void) => void) {
    this.#pause = pause;
  }

  /** Whether events may go now. If not, `tryAgain` is called once when they may. */
  mayGo(tryAgain: () => void): boolean {
    if (this.#state === "collecting") {
      this.#waiting.add(tryAgain);
      return false;
    }
    if (this.#state === "quiet") {
      this.#state = "going";
      // When the event that comes first has gone to all who get it.
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
