import type { AlgorithmName } from "../contract/port.js";

/**
 * Derives 32 bytes from a password with Argon2id, version 1.3, in one lane (RFC 9106).
 * @param memory KiB
 */
export type Argon2id = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: { readonly iterations: number; readonly memory: number },
) => Promise<Uint8Array<ArrayBuffer>>;

/** Signs with Ed25519 (RFC 8032) and a seed of 32 bytes. */
export interface Ed25519 {
  publicKey(seed: Uint8Array): Uint8Array;
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
}

/** The algorithms that browsers do not have, or not all of them, by their names. */
export interface AlgorithmsByName {
  readonly argon2id: Argon2id;
  readonly ed25519: Ed25519;
}

/** Loads the algorithms that browsers do not have, each when it is first needed. Rejects if its file cannot be loaded. */
export interface Algorithms {
  load<Name extends AlgorithmName>(name: Name): Promise<AlgorithmsByName[Name]>;
}
