/** Listeners of one kind of event, called in the order in which they were added. */
export class Listeners<T> {
  readonly #listeners = new Set<{ readonly listener: (value: T) => void }>();
  readonly #report: (error: unknown) => void;

  /** `report` receives the errors that listeners throw. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** Returns a function that removes the listener. */
  add(listener: (value: T) => void): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  emit(value: T): void {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
