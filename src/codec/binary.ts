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

/** Tells whether the bytes contain an unpaired surrogate as the encoder writes it, in a string or by chance in something else. */
export function mayHoldSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    if ((bytes[at + 1] ?? 0) >= 0xa0) return true;
  }
  return false;
}

/** Minimum size in bytes of binary data that may keep the buffer of its message without beginning at the start of that buffer. */
const LARGE = 8 * 1024;

/** Returns binary data that shares its buffer with no other value. At most one value can fill more than half of the message's buffer. */
export function ownBytes(data: Uint8Array): Uint8Array {
  return data.length >= LARGE && data.length * 2 > data.buffer.byteLength ? data : data.slice();
}
