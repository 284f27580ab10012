import type { Clock } from "../../web/clock.js";

/** Resolves when `waited` has settled, or after `timeout` milliseconds. Never rejects. */
export async function withinTime(clock: Clock, timeout: number, waited: Promise<unknown>): Promise<void> {
  let stop: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    stop = clock.after(timeout, resolve);
  });
  await Promise.race([waited.catch(() => undefined), passed]);
  stop();
}
