import type { ErrorRecord } from "../contract/errors.js";
import type { Clock } from "../web/clock.js";
import { LASTED } from "./reconnector-state.js";
import type { SuspectKey, Suspects } from "./suspects.js";
import type { AnswerHandler, Blamed } from "./wire-session.js";

/** Milliseconds within which a router drops the session over a request: a session that lives longer with it has survived it. */
export const SWIFT = 2_000;

/** A request on its way. */
interface Flight {
  readonly key: SuspectKey;
  readonly sentAt: number;
  readonly handler: AnswerHandler | undefined;
  readonly blamed: Blamed | undefined;
}

/** The request over which the router has dropped the session. */
export interface Culprit {
  readonly handler: AnswerHandler | undefined;
  readonly error: ErrorRecord;
}

/** The requests of one session that are in flight, each a suspect if the session ends uncleanly. */
export interface Flights {
  /**
   * Tells whether a request has to wait: an accused one is tested alone, on a session that has lived without it.
   */
  holds(key: SuspectKey): boolean;
  /** Calls `task` once, when what was held may be sent; replaces an earlier task. */
  whenReleased(task: () => void): void;
  /** Takes note of a request that has been sent; without a handler, the router does not answer it. */
  sent(key: SuspectKey, handler: AnswerHandler | undefined, blamed: Blamed | undefined): void;
  answered(handler: AnswerHandler): void;
  /** The session has ended; returns the request that is the reason, if that is known now. */
  ended(isClean: boolean): Culprit | undefined;
  close(): void;
}

const nothing = (): void => undefined;

export function createFlights(clock: Clock, suspects: Suspects): Flights {
  const begun = clock.now();
  /** Those of the last moments, in order. Of the publications of a topic that are not acknowledged, the first. */
  const flights = new Map<AnswerHandler | SuspectKey, Flight>();
  /** The request that is tested alone now. */
  let tested: Flight | undefined;
  let stopTest = nothing;
  let stopWaiting: (() => void) | undefined;
  let waiting: (() => void) | undefined;

  const isAccused = (key: SuspectKey): boolean => suspects.suspicion(key, clock.now()) === "accused";

  const hasLived = (): boolean => clock.now() - begun >= LASTED;

  const survived = ({ key }: Flight): void => suspects.survived(key, clock.now());

  const release = (): void => {
    const task = waiting;
    waiting = undefined;
    task?.();
  };

  const endTest = (): void => {
    if (tested !== undefined) survived(tested);
    tested = undefined;
    stopTest();
    release();
  };

  const begin = (flight: Flight): void => {
    tested = flight;
    stopTest = clock.after(SWIFT, endTest);
  };

  /** Drops the flights that the session has survived; no other way ends those that are never answered. */
  const land = (): void => {
    const limit = clock.now() - SWIFT;
    for (const [id, flight] of flights) {
      if (flight.sentAt > limit) return;
      flights.delete(id);
      survived(flight);
    }
  };

  return {
    holds(key) {
      return suspects.size > 0 && isAccused(key) && (!hasLived() || tested !== undefined);
    },

    whenReleased(task) {
      waiting = task;
      if (stopWaiting !== undefined || hasLived()) return;
      stopWaiting = clock.after(LASTED - (clock.now() - begun), release);
    },

    sent(key, handler, blamed) {
      land();
      const id = handler ?? key;
      if (flights.has(id)) return;
      const now = clock.now();
      const flight = { key, sentAt: now, handler, blamed };
      flights.set(id, flight);
      if (suspects.size > 0 && tested === undefined && isAccused(key)) begin(flight);
    },

    answered(handler) {
      const flight = flights.get(handler);
      if (flight === undefined) return;
      flights.delete(handler);
      survived(flight);
      if (flight === tested) endTest();
    },

    ended(isClean) {
      if (isClean) return undefined;
      const now = clock.now();
      land();
      if (tested === undefined || !hasLived() || !isAccused(tested.key)) {
        suspects.cut(
          [...flights.values()].map(({ key }) => key),
          now,
        );
        return undefined;
      }
      const { key, handler, blamed } = tested;
      const error = suspects.caught(key, now);
      blamed?.(error);
      return { handler, error };
    },

    close() {
      waiting = undefined;
      stopWaiting?.();
      stopTest();
    },
  };
}
