import type { Clock } from "../../web/clock.js";

/** A tab `left` if it announced its departure; it `vanished` if its Web Lock was released without an announcement. */
export type Departure = "left" | "vanished";

/** Number of times that a session without tabs lingers on because its outbox drains. */
const MOST = 12;

/** The part of a session that lingers when its last tab has vanished. */
export interface LingeringSession {
  /** True if no tab is attached. */
  readonly isEmpty: () => boolean;
  /** True if it has work to do without tabs. */
  readonly isBusy: () => boolean;
  close(): void;
  /** Ends what no tab has requested again. */
  sweep(): void;
}

/**
 * Closes a session that no tab joins within `time` milliseconds, or a while later if it has work to do; if one has joined, it ends what that
 * has not requested.
 */
export function createLinger(clock: Pick<Clock, "after">, time: number, session: LingeringSession) {
  let stop = (): void => undefined;
  let periods = 0;

  function begin(): void {
    stop();
    stop = clock.after(time, end);
  }

  function end(): void {
    if (!session.isEmpty()) session.sweep();
    else if (session.isBusy() && periods < MOST) {
      periods += 1;
      begin();
    } else session.close();
  }

  return {
    /** Begins to wait, once the last tab has vanished. */
    begin(): void {
      periods = 0;
      begin();
    },
    stop: (): void => stop(),
  };
}
