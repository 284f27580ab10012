import type { Clock } from "../../web/clock.js";
import type { Entry } from "./entry.js";

/** Milliseconds until an entry is sent again that was refused for a reason that may pass: at first and at most. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 60_000;

/** Lets an entry wait before its next turn: twice as long after each refusal, and no shorter than the refusal says. */
export function delay(
  entry: Entry,
  clock: Pick<Clock, "after">,
  random: () => number,
  due: () => void,
): void {
  const bound = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** entry.refusals);
  entry.refusals += 1;
  // Half of it is random, so that the clients of a callee that restarts do not come back in step.
  const wait = bound / 2 + Math.floor((random() * bound) / 2);
  const least = entry.passing?.name === "SetAsideError" ? entry.passing.fields.retryAfter : 0;
  entry.stopDelay = clock.after(Math.max(wait, least), due);
}
