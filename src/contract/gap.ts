/**
 * The reason why a subscription has not got events.
 *
 * - `not-requested`: it was interrupted, and has no `catchUp`
 * - `unavailable`: the router has no history of this topic for this user, or did not tell it
 * - `expired`: the history does not reach back to the last event seen
 * - `timeout`: the router did not answer in time
 * - `overflow`: more was missed than the worker keeps
 */
export type GapReason = "not-requested" | "unavailable" | "expired" | "timeout" | "overflow";

/** The publication that a subscription has seen last; null if there was none when it was made. */
export type LastSeen = number | null;
