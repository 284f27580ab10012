import { ed25519 as library } from "@noble/curves/ed25519.js";
import type { Ed25519 } from "./algorithms.js";

/** Ed25519 in JavaScript, for browsers that do not have it (Chrome before 137). */
export const ed25519: Ed25519 = {
  publicKey: (seed) => library.getPublicKey(seed),
  sign: (seed, message) => library.sign(message, seed),
};
