import type { Clock } from "../../web/clock.js";
import type { Entry } from "./entry.js";

/** Milliseconds between two looks at most: timers stand still while the computer sleeps, and its time may be set. */
const LONGEST_WAIT = 3_600_000;

/**
 * Watches the age limits of all entries with one timer.
 * @param wallTime the time of the computer, which all workers have in common
 */
export function createExpiry(
  clock: Pick<Clock, "after">,
  wallTime: () => number,
  entries: ReadonlyMap<string, Entry>,
  expired: (entry: Entry) => void,
) {
  let stop: (() => void) | undefined;
  /** The time at which the timer fires. */
  let due = Infinity;
  let isClosed = false;

  const schedule = (): void => {
    stop?.();
    stop = undefined;
    let first = Infinity;
    for (const { state, content } of entries.values())
      // One that is being stored cannot expire before it is watched.
      if (state !== "failed" && state !== "storing") first = Math.min(first, content.expiresAt ?? Infinity);
    due = first;
    if (isClosed || first === Infinity) return;
    stop = clock.after(Math.min(LONGEST_WAIT, Math.max(0, first - wallTime())), sweep);
  };

  const sweep = (): void => {
    for (const entry of [...entries.values()])
      if ((entry.content.expiresAt ?? Infinity) <= wallTime()) expired(entry);
    schedule();
  };

  return {
    /** Looks for the next age limit among all entries. */
    schedule,

    /** Begins to watch a new entry. */
    watch({ content }: Entry): void {
      if ((content.expiresAt ?? Infinity) < due) schedule();
    },

    /** Ends what has reached its limit. */
    sweep,

    close(): void {
      isClosed = true;
      stop?.();
    },
  };
}
