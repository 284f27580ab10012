/** Time and chance, which the core gets from its host. */
export interface Environment {
  /**
   * Runs a task once after so many milliseconds; a delay that no timer can keep counts as for ever. Returns the function that
   * cancels it.
   */
  readonly after: (milliseconds: number, task: () => void) => () => void;
  /** Returns an id of global scope, from 1 to 2^53 (WAMP, "IDs"). */
  readonly randomId: () => number;
  /** Returns a number from 0 inclusive to 1 exclusive. */
  readonly random: () => number;
}
