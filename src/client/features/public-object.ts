/**
 * Makes an object of the application out of its members, which must be closures: frameworks call them through a Proxy, and applications
 * take them out of the object. Neither does the object look like plain data, which frameworks copy, freeze and observe deeply: it has a
 * prototype of its own (MobX, Immer, Svelte), whose tag names it (Vue).
 */
export function publicObject<Members extends object>(name: string, members: Members): Members {
  return Object.setPrototypeOf(members, { [Symbol.toStringTag]: name }) as Members;
}

/**
 * Returns the member for `await using`. Where the browser has no such symbol, it is the one that a polyfill defined or, without one, that
 * compilers use instead.
 */
export function disposable(dispose: () => Promise<void>): AsyncDisposable {
  const symbol: symbol | undefined = Symbol.asyncDispose;
  return { [symbol ?? Symbol.for("Symbol.asyncDispose")]: dispose } as unknown as AsyncDisposable;
}

/** Makes an iterator, which iterates over itself, out of its members. */
export function publicIterator<T>(
  name: string,
  members: Required<Pick<AsyncIterator<T, undefined>, "next" | "return">>,
): AsyncIterableIterator<T, undefined> {
  const iterator: AsyncIterableIterator<T, undefined> = publicObject(name, {
    ...members,
    [Symbol.asyncIterator]: () => iterator,
  });
  return iterator;
}
