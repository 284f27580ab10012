import { EncryptionError } from "../errors/encryption-error.js";
import type { CipherName, KeyMaterial } from "./key-material.js";

/** An authenticated cipher with a key of 256 bits; the nonce precedes the ciphertext. */
export interface Cipher {
  /** Sizes in bytes. */
  readonly nonce: number;
  readonly tag: number;
  encrypt(
    key: KeyMaterial,
    nonce: Uint8Array<ArrayBuffer>,
    plain: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array>;
  /** Rejects if the text is not authentic. */
  decrypt(
    key: KeyMaterial,
    nonce: Uint8Array<ArrayBuffer>,
    box: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array>;
}

const KEY_BYTES = 32;

const aes256gcm: Cipher = {
  nonce: 12,
  tag: 16,
  encrypt: async (key, iv, plain) =>
    new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await aesKey(key, "encrypt"), plain)),
  decrypt: async (key, iv, box) => {
    const imported = await aesKey(key, "decrypt");
    return new Uint8Array(await authentic(crypto.subtle.decrypt({ name: "AES-GCM", iv }, imported, box)));
  },
};

const xsalsa20poly1305: Cipher = {
  nonce: 24,
  tag: 16,
  encrypt: async (key, nonce, plain) => (await salsa())(keyBytes(key), nonce).encrypt(plain),
  decrypt: async (key, nonce, box) => {
    const cipher = (await salsa())(keyBytes(key), nonce);
    return await authentic(new Promise<Uint8Array>((resolve) => resolve(cipher.decrypt(box))));
  },
};

/** The ciphers by their names on the wire. */
export const ciphers: ReadonlyMap<string, Cipher> = new Map<CipherName, Cipher>([
  ["xsalsa20poly1305", xsalsa20poly1305],
  ["aes256gcm", aes256gcm],
]);

/** Loads the cipher that no browser has. */
async function salsa() {
  try {
    return (await import("./xsalsa20poly1305.js")).xsalsa20poly1305;
  } catch (cause) {
    const message = "The file of the cipher xsalsa20poly1305 (xsalsa20poly1305.js) could not be loaded";
    throw new EncryptionError(message, { reason: "unknown-cipher", cause });
  }
}

/** Returns the bytes of a key for a cipher that the browser does not have. */
function keyBytes(key: KeyMaterial): Uint8Array {
  if (key instanceof Uint8Array && key.length === KEY_BYTES) return key;
  throw badKey("a Uint8Array of 32 bytes");
}

/** Returns a key of the browser's, which keeps it from being read. */
async function aesKey(key: KeyMaterial, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) {
    const message = "The cipher aes256gcm needs a page on https: or on this computer";
    throw new EncryptionError(message, { reason: "unknown-cipher" });
  }
  if (key instanceof Uint8Array && key.length === KEY_BYTES)
    return await subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, [use]);
  if (isAesKey(key) && key.usages.includes(use)) return key;
  throw badKey("a Uint8Array of 32 bytes, or a CryptoKey for AES-GCM with 256 bits");
}

function isAesKey(key: unknown): key is CryptoKey {
  if (!(key instanceof CryptoKey)) return false;
  const { name, length } = key.algorithm as AesKeyAlgorithm;
  return name === "AES-GCM" && length === 8 * KEY_BYTES;
}

function badKey(expected: string): EncryptionError {
  return new EncryptionError(`The key is not what the cipher needs: ${expected}`, { reason: "bad-key" });
}

/** Waits for a decryption, whose failure has no other reason than this: nothing is told of the text. */
async function authentic<T>(decrypting: Promise<T>): Promise<T> {
  try {
    return await decrypting;
  } catch {
    throw new EncryptionError("The payload is not authentic: it was encrypted with another key, or changed", {
      reason: "not-authentic",
    });
  }
}
