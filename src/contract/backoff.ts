import type { RetryConfig } from "./session-config.js";

/**
 * Milliseconds to wait before an attempt: exponential with full jitter, so that the clients of a router or server that went away
 * do not come back in step. `failures` counts the attempts in a row that did not succeed.
 */
export function backoff(failures: number, retry: RetryConfig, random: () => number): number {
  const bound = Math.min(retry.maxDelay, retry.initialDelay * 2 ** Math.max(0, failures - 1));
  return Math.floor(random() * bound);
}
