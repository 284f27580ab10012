import type { DeadlineClock } from "../../contract/deadline.js";

/** Settles like `waited`, or as `late` returns or throws after `timeout` milliseconds. */
export async function orLate<T, L>(
  clock: DeadlineClock,
  timeout: number,
  waited: Promise<T>,
  late: () => L,
): Promise<T | L> {
  let cancel: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(timeout, resolve);
  });
  try {
    return await Promise.race([waited, over.then(late)]);
  } finally {
    cancel();
  }
}

/** Resolves when `waited` has settled, or after `timeout` milliseconds. Never rejects. */
export async function withinTime(
  clock: DeadlineClock,
  timeout: number,
  waited: Promise<unknown>,
): Promise<void> {
  await orLate(clock, timeout, waited, () => undefined).catch(() => undefined);
}
