// A file of its own, which is loaded with the first seed that the browser takes only together with its public key.
import { ed25519 } from "@noble/curves/ed25519.js";

/** Computes the public key of a seed of 32 bytes (Ed25519, RFC 8032, 5.1.5). */
export const publicKeyOf: (seed: Uint8Array) => Uint8Array = ed25519.getPublicKey;
