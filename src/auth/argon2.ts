import { argon2idAsync } from "@noble/hashes/argon2.js";
import type { Argon2id } from "./algorithms.js";

/** Milliseconds after which other work has its turn. */
const TURN = 10;

/** Argon2id in JavaScript: no browser has it. */
export const argon2id: Argon2id = async (password, salt, { iterations, memory }) =>
  // A copy, because the type of the library leaves open where the bytes are.
  new Uint8Array(
    await argon2idAsync(password, salt, { t: iterations, m: memory, p: 1, dkLen: 32, asyncTick: TURN }),
  );
