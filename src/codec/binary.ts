/** Number of characters created per function call: engines limit the number of arguments, and slow down long before the limit. */
const CHUNK = 0x2000;

export function bytesToBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    // Spreading the bytes is ten times slower.
    const part: unknown = Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + CHUNK));
    binary += String(part);
  }
  return btoa(binary);
}

/** Throws the error of `atob` for a text that is not Base64. */
export function bytesFromBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

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
