import type { Algorithms, AlgorithmsByName } from "./algorithms.js";
import { argon2id } from "./argon2.js";

const byName: AlgorithmsByName = { argon2id };

/** The algorithms of a process that need not load them: the development router's, and that of a unit test. */
export const bundledAlgorithms: Algorithms = { load: (name) => Promise.resolve(byName[name]) };
