/** The ciphers of the scheme `wamp` (WAMP, "End-to-End Encryption Predefined Scheme"). */
export type CipherName = "xsalsa20poly1305" | "aes256gcm";

/** A key of 256 bits: its bytes, or, for `aes256gcm`, a `CryptoKey`, which need not be extractable. */
export type KeyMaterial = Uint8Array | CryptoKey;
