// A file of its own, which is loaded with the first payload that uses this cipher.
import { xsalsa20poly1305 as cipher } from "@noble/ciphers/salsa.js";

/** XSalsa20-Poly1305 as NaCl's secretbox has it: the tag precedes the ciphertext. */
export const xsalsa20poly1305: (
  key: Uint8Array,
  nonce: Uint8Array,
) => { encrypt(plain: Uint8Array): Uint8Array; decrypt(box: Uint8Array): Uint8Array } = cipher;
