import { unsupported } from "./obstacle.js";

const encoder = new TextEncoder();

/** Returns the text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Returns the browser's cryptography. Throws where the browser denies it: to pages that are neither on `https:` nor on this computer. */
export function subtle(): SubtleCrypto {
  // The type does not know that it may be missing.
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle !== undefined) return subtle;
  throw unsupported(
    "crypto.subtle",
    "this method needs crypto.subtle, which browsers have only on https: and on localhost",
  );
}

export async function hmacSha256(
  secret: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  // An empty key is one for HMAC, but not for all browsers; it is the same as one of a zero byte.
  const raw = secret.length === 0 ? new Uint8Array(1) : secret;
  const key = await subtle().importKey("raw", raw, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle().sign(algorithm.name, key, message));
}

export async function sha256(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle().digest("SHA-256", message));
}

/** Derives a key with PBKDF2 and HMAC-SHA256 (RFC 8018). `length` is in bytes. */
export async function pbkdf2(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await subtle().importKey("raw", utf8(password), "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await subtle().deriveBits(algorithm, key, 8 * length));
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Compares secrets. The time it takes depends only on the lengths, not on the position of a difference. */
export function equalBytes(expected: Uint8Array, given: Uint8Array): boolean {
  let difference = expected.length ^ given.length;
  for (let index = 0; index < given.length; index++) {
    // An index past the end must cost the same as one within.
    difference |= (expected[index % expected.length] ?? 0) ^ (given[index] ?? 0);
  }
  return difference === 0;
}
