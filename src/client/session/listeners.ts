/** Listeners of one kind of event, called in the order in which they were added. */
export interface Listeners<T> {
  /** True if there is a listener. */
  readonly areHeard: boolean;
  /** Returns a function that removes the listener. */
  add(listener: (value: T) => void): () => void;
  readonly emit: (value: T) => void;
}

/**
 * @param report receives the errors that listeners throw
 * @param kept maximum number of values that are kept while there is no listener, for the first one
 */
export function createListeners<T>(report: (error: unknown) => void, kept = 0): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  const waiting: T[] = [];

  function emit(value: T): void {
    if (entries.size === 0 && waiting.length < kept) waiting.push(value);
    for (const { listener } of [...entries]) {
      try {
        listener(value);
      } catch (error) {
        report(error);
      }
    }
  }

  return {
    get areHeard() {
      return entries.size > 0;
    },
    add: (listener) => {
      const entry = { listener };
      entries.add(entry);
      for (const value of waiting.splice(0)) emit(value);
      return () => void entries.delete(entry);
    },
    emit,
  };
}
