import { invalid } from "../client/errors/invalid.js";
import { newKey } from "../auth/ed25519.js";
import { readKey } from "./read/key-text.js";
import { withPublicErrors } from "./public-error.js";
import type { SigningKey } from "./signing-key.js";

/**
 * Makes a new Ed25519 key. The private key never leaves the browser's cryptography: no script can read it.
 * @throws `UnsupportedError` where the browser has no Ed25519, or no `crypto.subtle` because the page is not on `https:`
 * @example
 * const key = await generateKeyPair();
 * console.log(`authorized_keys: ["${key.publicKey}"]`);
 */
export function generateKeyPair(): Promise<SigningKey> {
  return withPublicErrors(newKey);
}

/**
 * Reads a private key of Ed25519: a seed of 32 bytes as 64 hexadecimal digits or in Base64, PKCS#8 as a text (`-----BEGIN PRIVATE
 * KEY-----`) or in bytes (DER), or a file of OpenSSH (`-----BEGIN OPENSSH PRIVATE KEY-----`) without a passphrase.
 * @param key the text of the key, or the bytes of PKCS#8
 * @throws `InvalidArgumentError` for what is neither; `KeyError` for a key of another form, without quoting it; `UnsupportedError` as for {@link generateKeyPair}
 * @example
 * await keyStore.save("joe", await importKey(await file.text()));
 */
export function importKey(key: string | Uint8Array): Promise<SigningKey> {
  if (typeof key !== "string" && !(key instanceof Uint8Array))
    return Promise.reject(invalid("importKey(): key", key, "a string or a Uint8Array"));
  return withPublicErrors(() => readKey(key, () => import("./public-key.js")));
}
