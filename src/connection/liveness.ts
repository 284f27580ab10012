import type { ErrorRecord } from "../contract/errors.js";
import type { Clock } from "../web/clock.js";

/** Milliseconds that a router has for a sign of life when it is asked for one. */
export const ANSWER_TIME = 5_000;
/** The same when something suggests that the connection is gone: a user waits, and another connection costs little. */
export const SHORT_ANSWER_TIME = 2_000;
/** Milliseconds between two looks at the clocks: a computer that wakes up is noticed within that time. */
const LOOK = 5_000;
/** Milliseconds that a timer must be late to show that the computer slept: a worker with much to do is late by less. */
const SLEPT = 5_000;

export interface LivenessParts {
  readonly clock: Clock;
  /**
   * Returns the time of the computer's clock, which goes on while the computer sleeps. The other one may stand still then. Undefined if the
   * connection cannot be half-open.
   */
  readonly wallTime: (() => number) | undefined;
  /** Milliseconds of silence after which the router is asked; 0: never. */
  readonly probeAfter: number;
  /** Tells whether the loss of the connection would matter. */
  readonly isNeeded: () => boolean;
  /** Returns the bytes that have not been transmitted. */
  readonly unsent: () => number;
  /** Sends a request that any router answers at once. */
  readonly probe: () => void;
  /**
   * Ends the connection, because there has been no sign of life.
   * @param error the reason for which the router was asked, if not its silence
   */
  readonly dead: (silence: number, error: ErrorRecord | undefined) => void;
}

/**
 * Finds out that a connection is half-open: the network swallows what is sent, and no socket closes. Everything that arrives is a sign of
 * life; after a silence the router is asked for one, and its absence in time is a loss. A message so big that it takes the network longer
 * than the answer's time is no silence on the way out, where its bytes are seen to go; on the way in, a browser does not show it.
 */
export interface Liveness {
  /** Takes note of a message. */
  heard(): void;
  /** Asks for a sign of life, unless the router is being asked with an earlier deadline. */
  ask(answerTime: number, error?: ErrorRecord): void;
  /** Ends the observation for good. */
  close(): void;
}

export function createLiveness({
  clock,
  wallTime,
  probeAfter,
  isNeeded,
  unsent,
  probe,
  dead,
}: LivenessParts): Liveness {
  const time = wallTime ?? (() => clock.now());
  let heardAt = clock.now();
  let asking: { readonly due: number; readonly stop: () => void } | undefined;
  let stopLooking = (): void => undefined;

  /** Runs a task after a delay, and tells it whether the computer has slept in between. */
  function after(milliseconds: number, task: (slept: boolean) => void): () => void {
    const due = time() + milliseconds;
    return clock.after(milliseconds, () => task(time() - due >= SLEPT));
  }

  function look(): void {
    const left = heardAt + probeAfter - clock.now();
    stopLooking = after(Math.min(left > 0 ? left : probeAfter, LOOK), (slept) => {
      const isSilent = clock.now() - heardAt >= probeAfter;
      if ((slept || isSilent) && isNeeded()) ask(slept ? SHORT_ANSWER_TIME : ANSWER_TIME);
      look();
    });
  }

  function ask(answerTime: number, error?: ErrorRecord): void {
    const due = clock.now() + answerTime;
    if (asking !== undefined && asking.due <= due) return;
    asking?.stop();
    const before = unsent();
    const stop = after(answerTime, (slept) => {
      asking = undefined;
      // An answer that has arrived during the sleep has not been read yet.
      if (slept) ask(SHORT_ANSWER_TIME, error);
      else if (unsent() < before) ask(answerTime, error);
      else dead(clock.now() - heardAt, error);
    });
    asking = { due, stop };
    probe();
  }

  if (probeAfter > 0 && wallTime !== undefined) look();

  return {
    heard() {
      heardAt = clock.now();
      if (asking === undefined) return;
      asking.stop();
      asking = undefined;
    },
    ask,
    close() {
      stopLooking();
      asking?.stop();
    },
  };
}
