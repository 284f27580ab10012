import type { Clock } from "../../web/clock.js";
import type { Entry } from "./entry.js";

/** Watches the age limits of all entries with one timer. */
export function createExpiry(
  clock: Clock,
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
      if (state !== "failed") first = Math.min(first, content.expiresAt ?? Infinity);
    due = first;
    if (isClosed || first === Infinity) return;
    stop = clock.after(Math.max(0, first - clock.now()), sweep);
  };

  const sweep = (): void => {
    for (const entry of [...entries.values()])
      if ((entry.content.expiresAt ?? Infinity) <= clock.now()) expired(entry);
    schedule();
  };

  return {
    /** Looks for the next age limit among all entries. */
    schedule,

    /** Begins to watch a new entry. */
    watch({ content }: Entry): void {
      if ((content.expiresAt ?? Infinity) < due) schedule();
    },

    close(): void {
      isClosed = true;
      stop?.();
    },
  };
}
