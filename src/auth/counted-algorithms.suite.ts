import type { AlgorithmName } from "../contract/port.js";
import type { Algorithms } from "./algorithms.js";
import { bundledAlgorithms } from "./bundled-algorithms.js";

/** Returns the algorithms, and the names of those that have been loaded. */
export function countedAlgorithms(): {
  readonly algorithms: Algorithms;
  readonly loaded: readonly AlgorithmName[];
} {
  const loaded: AlgorithmName[] = [];
  return {
    loaded,
    algorithms: {
      load: (name) => {
        loaded.push(name);
        return bundledAlgorithms.load(name);
      },
    },
  };
}
