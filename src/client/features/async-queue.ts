interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Number of values that are read before they are removed, all at once: removing them one by one would move all others each time. */
const CUT = 1024;

/** Queues values for a reader that takes them one by one. An end or an error is delivered after all earlier values. */
export class AsyncQueue<T extends object> {
  #values: T[] = [];
  #read = 0;
  readonly #readers: Reader<T>[] = [];
  #end: "open" | "ended" | { readonly error: unknown } = "open";

  /** Delivers a value, unless the queue has ended. */
  push(value: T): void {
    if (this.#end !== "open") return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#values.push(value);
    else reader.resolve({ done: false, value });
  }

  /** Ends the queue after its remaining values. */
  end(): void {
    this.#finish("ended");
  }

  /** Ends the queue with an error after its remaining values. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  /** Drops the values that have not been read. */
  clear(): void {
    this.#values = [];
    this.#read = 0;
  }

  /** Resolves with the next value, once there is one. */
  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const value = this.#take();
      if (value !== undefined) resolve({ done: false, value });
      else if (this.#end === "open") this.#readers.push({ resolve, reject });
      else this.#deliverEnd({ resolve, reject });
    });
  }

  #take(): T | undefined {
    const value = this.#values[this.#read];
    if (value === undefined) return undefined;
    this.#read += 1;
    if (this.#read === this.#values.length) this.clear();
    else if (this.#read === CUT) {
      this.#values.splice(0, CUT);
      this.#read = 0;
    }
    return value;
  }

  #finish(end: "ended" | { readonly error: unknown }): void {
    if (this.#end !== "open") return;
    this.#end = end;
    for (const reader of this.#readers.splice(0)) this.#deliverEnd(reader);
  }

  /** Delivers an error once; afterwards the queue has simply ended, as iterators do. */
  #deliverEnd(reader: Reader<T>): void {
    const end = this.#end;
    this.#end = "ended";
    if (typeof end === "object") reader.reject(end.error);
    else reader.resolve({ done: true, value: undefined });
  }
}
