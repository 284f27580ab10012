import { Deadline } from "../../contract/deadline.js";
import type { DeadlineClock } from "../../contract/deadline.js";

/** Settles like `waited`, or rejects with `makeError()` after `timeout` milliseconds. */
export async function orLate<T>(
  clock: DeadlineClock,
  timeout: number,
  waited: Promise<T>,
  makeError: () => Error,
): Promise<T> {
  let deadline: Deadline | undefined;
  const late = new Promise<never>((_never, reject) => {
    deadline = new Deadline(clock, timeout, () => reject(makeError()));
  });
  try {
    return await Promise.race([waited, late]);
  } finally {
    deadline?.stop();
  }
}

/** Resolves when `waited` has settled, or after `timeout` milliseconds. Never rejects. */
export async function withinTime(
  clock: DeadlineClock,
  timeout: number,
  waited: Promise<unknown>,
): Promise<void> {
  await orLate(clock, timeout, waited, () => new Error("late")).catch(() => undefined);
}
