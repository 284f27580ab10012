import type { Timer } from "./page.js";

/** Resolves when `waited` has settled, or after `timeout` milliseconds. Never rejects. */
export async function withinTime(timer: Timer, timeout: number, waited: Promise<unknown>): Promise<void> {
  let stop: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    stop = timer.after(timeout, resolve);
  });
  await Promise.race([waited.catch(() => undefined), passed]);
  stop();
}
