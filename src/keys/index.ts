import { systemClock } from "../web/clock.js";
import type { KeyStore } from "./key-store.js";
import { openKeyStore } from "./store/open-key-store.js";

export { cryptosign } from "./cryptosign.js";
export type { CryptosignKeyAuth } from "./cryptosign.js";
export { generateKeyPair, importKey } from "./make-keys.js";
export type { KeyStore } from "./key-store.js";
export type { SigningKey } from "./signing-key.js";
export type { Dict } from "../protocol/dict.js";

/**
 * The stored keys of the origin.
 * @example
 * let key = await keyStore.load("joe");
 * if (key === undefined) {
 *   key = await generateKeyPair();
 *   await enroll(key.publicKey);
 *   await keyStore.save("joe", key);
 * }
 */
export const keyStore: KeyStore = openKeyStore("wamp-mux-keys", systemClock);
