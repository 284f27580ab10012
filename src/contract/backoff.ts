import type { RetryConfig } from "./session-config.js";

/**
 * Returns the delay before an attempt in milliseconds: exponential backoff with full jitter, so that the clients of a router that
 * went away do not come back in step. `failures` is the number of failed attempts in a row.
 */
export function backoff(failures: number, retry: RetryConfig, random: () => number): number {
  const bound = Math.min(retry.maxDelay, retry.initialDelay * 2 ** Math.max(0, failures - 1));
  return Math.floor(random() * bound);
}
