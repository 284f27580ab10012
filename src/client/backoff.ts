import type { RetryConfig } from "../contract/session-config.js";

/**
 * Milliseconds to wait after `failures` attempts in a row: exponential with full jitter, so that the pages of a server that went
 * away do not come back in step.
 */
export function backoff(failures: number, retry: RetryConfig, random: () => number): number {
  const bound = Math.min(retry.maxDelay, retry.initialDelay * 2 ** (failures - 1));
  return Math.floor(random() * bound);
}
