import type { Algorithms, AlgorithmsByName } from "./algorithms.js";
import { argon2id } from "./argon2.js";
import { ed25519 } from "./ed25519-fallback.js";

const byName: AlgorithmsByName = { argon2id, ed25519 };

/** The algorithms of a process that need not load them: the development router's, and that of a unit test. */
export const bundledAlgorithms: Algorithms = { load: (name) => Promise.resolve(byName[name]) };
