import type { Clock } from "./clock.js";

/**
 * Settles as an operation does, or as `late` tells if that takes too long.
 * @param limit milliseconds
 */
export function within<T>(
  clock: Pick<Clock, "after">,
  limit: number,
  operation: Promise<T>,
  late: () => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(limit, () => resolve(late()));
    operation.then(resolve, reject).finally(stop);
  });
}
