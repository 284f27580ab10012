import type { Clock } from "./clock.js";

/** Number of attempts that may hang before further ones fail at once: one, and another that has tried again. */
const LIMIT = 2;
/** Milliseconds after the last attempt that hung after which another one may be made nevertheless. */
const PATIENCE = 600_000;

/** Counts the attempts that neither succeed nor fail, so that retries do not leave more and more of them. */
export function createHanging(clock: Pick<Clock, "now">) {
  let count = 0;
  let last = 0;
  return {
    /** True while no further attempt should be made. */
    get isEnough(): boolean {
      return count >= LIMIT && clock.now() - last < PATIENCE;
    },

    /** Counts an attempt until it settles. */
    add(running: Promise<unknown>): void {
      count += 1;
      last = clock.now();
      const settled = (): void => void (count -= 1);
      running.then(settled, settled);
    },
  };
}
