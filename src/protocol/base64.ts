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
export function bytesFromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
