/** Time and randomness, which the core gets from its host. */
export interface Environment {
  /**
   * Runs a task once after a delay in milliseconds; with a delay that exceeds the limit of timers, the task never runs. Returns a
   * function that cancels it.
   */
  readonly after: (milliseconds: number, task: () => void) => () => void;
  /** Returns an id of global scope, from 1 to 2^53 (WAMP, "IDs"). */
  readonly randomId: () => number;
  /** Returns a number from 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}
