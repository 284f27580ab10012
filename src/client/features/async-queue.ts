interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** A value that has not been read, and leads to the next one. */
interface Link<T> {
  readonly value: T;
  next: Link<T> | undefined;
}

/** Creates a queue for a reader that takes values one by one. An end or an error is delivered after all earlier values. */
export function createQueue<T>() {
  let first: Link<T> | undefined;
  let last: Link<T> | undefined;
  const readers: Reader<T>[] = [];
  let deliverEnd: ((reader: Reader<T>) => void) | undefined;

  function finish(deliver: (reader: Reader<T>) => void): void {
    if (deliverEnd !== undefined) return;
    deliverEnd = deliver;
    for (const reader of readers.splice(0)) deliverEnd(reader);
  }

  const ended = ({ resolve }: Reader<T>): void => resolve({ done: true, value: undefined });

  return {
    /** Delivers a value, unless the queue has ended. */
    push: (value: T): void => {
      if (deliverEnd !== undefined) return;
      const reader = readers.shift();
      if (reader !== undefined) return reader.resolve({ done: false, value });
      const link = { value, next: undefined };
      if (first === undefined || last === undefined) first = link;
      else last.next = link;
      last = link;
    },

    /** Ends the queue after its remaining values. */
    end: (): void => finish(ended),

    /** Ends the queue with an error after its remaining values. */
    fail: (error: unknown): void =>
      finish(({ reject }) => {
        // Afterwards the queue has simply ended, as iterators do.
        deliverEnd = ended;
        reject(error);
      }),

    /** Drops the values that have not been read. */
    clear(): void {
      first = undefined;
    },

    /** Resolves with the next value, once there is one. */
    next: (): Promise<IteratorResult<T, undefined>> =>
      new Promise((resolve, reject) => {
        if (first !== undefined) {
          const { value } = first;
          first = first.next;
          resolve({ done: false, value });
        } else if (deliverEnd === undefined) readers.push({ resolve, reject });
        else deliverEnd({ resolve, reject });
      }),
  };
}
