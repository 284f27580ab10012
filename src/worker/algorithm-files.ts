import type { Algorithms, AlgorithmsByName } from "../auth/algorithms.js";
import { notLoaded } from "../auth/obstacle.js";
import type { AlgorithmName } from "../contract/port.js";
import type { AlgorithmFiles } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import { ALGORITHM_VERSION as version } from "./algorithm-file.js";
import type { AlgorithmFile } from "./algorithm-file.js";
import { importFile } from "./import-file.js";

/** The file of an algorithm. */
interface Place {
  readonly url: string;
  attempts: number;
  /** The file, while it is being loaded and from then on. */
  loading: Promise<AlgorithmFile<AlgorithmName>> | undefined;
}

/**
 * Loads each algorithm from its file when it is first needed. Rejects with an `ObstacleError` if that fails; the next
 * call tries again.
 */
export function createAlgorithmFiles(clock: Pick<Clock, "after">): Algorithms & AlgorithmFiles {
  const places = new Map<AlgorithmName, Place>();

  async function load<Name extends AlgorithmName>(name: Name): Promise<AlgorithmsByName[Name]> {
    const place = places.get(name);
    try {
      if (place === undefined) throw new Error("no file of it is known");
      const kind = { name, part: "algorithm", version } as const;
      // Once for all sessions, also for those that need it at the same time.
      place.loading ??= importFile<AlgorithmFile<AlgorithmName>>(
        clock,
        kind,
        place.url,
        (place.attempts += 1),
      );
      const { algorithm } = await place.loading;
      return algorithm as AlgorithmsByName[Name];
    } catch (cause) {
      if (place !== undefined) place.loading = undefined;
      throw notLoaded(name, cause);
    }
  }

  return {
    load,
    locate(name, url) {
      if (places.get(name)?.url !== url) places.set(name, { url, attempts: 0, loading: undefined });
    },
  };
}
