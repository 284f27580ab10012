export function concatBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Returns the bytes of binary data, even from another realm; `undefined` for everything else. */
export function asBytes(object: object): Uint8Array | undefined {
  switch (tagOf(object)) {
    case "Uint8Array":
      return object as Uint8Array;
    case "ArrayBuffer":
      return new Uint8Array(object as ArrayBuffer);
    default:
      return undefined;
  }
}

/** Returns the name of a value's built-in kind, such as `Map`; `Object` for instances of the application's classes. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
