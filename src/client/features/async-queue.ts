interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** From so many on, values that have been read are cut off at once instead of one by one, which would move all others each time. */
const CUT = 1024;

/** Values that come when they come, for a reader who takes them one by one. An end or an error comes after the values before it. */
export class AsyncQueue<T extends object> {
  #values: T[] = [];
  #read = 0;
  readonly #readers: Reader<T>[] = [];
  #end: "open" | "ended" | { readonly error: unknown } = "open";

  push(value: T): void {
    if (this.#end !== "open") return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#values.push(value);
    else reader.resolve({ done: false, value });
  }

  end(): void {
    this.#finish("ended");
  }

  fail(error: unknown): void {
    this.#finish({ error });
  }

  /** Forgets what nobody will read. */
  clear(): void {
    this.#values = [];
    this.#read = 0;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const value = this.#take();
      if (value !== undefined) resolve({ done: false, value });
      else if (this.#end === "open") this.#readers.push({ resolve, reject });
      else this.#tellEnd({ resolve, reject });
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
    for (const reader of this.#readers.splice(0)) this.#tellEnd(reader);
  }

  /** An error is told once; after it the queue has just ended, as iterators do. */
  #tellEnd(reader: Reader<T>): void {
    const end = this.#end;
    this.#end = "ended";
    if (typeof end === "object") reader.reject(end.error);
    else reader.resolve({ done: true, value: undefined });
  }
}
