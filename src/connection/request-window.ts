import type { Clock } from "../web/clock.js";
import { RoundTrip } from "./round-trip.js";
import type { AnswerHandler } from "./wire-session.js";

/** Requests that may be unanswered right after WELCOME. */
const INITIAL = 16;
/** Requests that may be unanswered at any time: what they have queued at the router stays below the least bound that is known (64). */
const CALM = 48;
const LEAST = 8;
/** Milliseconds to which a browser's clock may be exact at best: what an answer took is known no better. */
const RESOLUTION = 1;
/** Estimated numbers of messages in queues below which a window beyond `CALM` grows, and above which it shrinks. */
const FEW = 8;
const MANY = 16;
/**
 * Milliseconds after which a call may wait for its callee, and a request that waits for room has the router probed. Until then, a call
 * may still have an INVOCATION or a RESULT queued at the router.
 */
const PATIENCE = 20;
/** Milliseconds between two probes at most. */
const LONGEST = 30_000;

/** The peer that writes the answer to a request. */
export type Answerer = "router" | "callee";

interface Unanswered {
  /** Position among all requests of the connection. */
  readonly place: number;
  readonly answerer: Answerer;
  readonly sentAt: number;
  readonly weight: number;
}

/**
 * Bounds the requests that are on their way to the router and back. Routers drop what they have queued for a session beyond a bound
 * (Nexus: 64 messages), so a burst of requests would lose answers, and a call without a deadline would never settle. The window starts
 * small, grows with each answer (slow start), and goes on growing beyond a bound that is harmless anywhere only by one in each round trip,
 * while it is used up and the answers come nearly as fast as the fastest one, because then few of them are queued. It shrinks when they
 * become slow, and when the router has lost one.
 *
 * The router takes the requests in order. The answer to a later one therefore shows that a call which has been on its way for a while
 * waits for its callee: it leaves the window, which limits bursts and not the number of calls. If no answer comes, the router is probed.
 */
export interface RequestWindow {
  readonly roundTrip: RoundTrip;
  /** Tells whether another request may be sent now. */
  readonly hasRoom: boolean;
  /** Calls `task` once, when there is room again. */
  whenRoom(task: () => void): void;
  /**
   * Counts a request that is being sent.
   * @param weight number of messages that the router sends to this session because of it
   */
  sent(handler: AnswerHandler, answerer: Answerer, weight?: number): void;
  /** Takes note of the answer to a request. */
  answered(handler: AnswerHandler): void;
  /** Calls the waiting task if there is room. */
  makeUseOfRoom(): void;
  /** Ends the waiting for room for good; nothing is probed from then on. */
  close(): void;
}

/** @param probe sends a request that any router answers at once, and counts it with the weight 0 */
export function createRequestWindow(clock: Clock, probe: () => void): RequestWindow {
  const roundTrip = new RoundTrip();
  /** The requests that count, in the order in which they were sent. */
  const counted = new Map<AnswerHandler, Unanswered>();
  let size = INITIAL;
  /** The weight of the requests that count. */
  let load = 0;
  let requests = 0;
  /** The fastest answer in milliseconds. */
  let fastest = Infinity;
  /** Number of requests when the window last grew beyond `CALM`: only the answer to a later one shows what came of that. */
  let grownAt = 0;
  /** True if the window has been used up since then: an unused one shows nothing. */
  let wasFull = false;
  let waiting: (() => void) | undefined;
  /** Number of times that a task has stopped waiting. */
  let turns = 0;
  let stopTimer: (() => void) | undefined;
  /** True if the router has been probed since the waiting began. */
  let isProbed = false;
  let isClosed = false;

  function hasRoom(): boolean {
    return load < size;
  }

  function count(handler: AnswerHandler, answerer: Answerer, weight = 1): void {
    counted.set(handler, { place: ++requests, answerer, sentAt: clock.now(), weight });
    load += weight;
    wasFull ||= !hasRoom();
  }

  function uncount(handler: AnswerHandler, { weight }: Unanswered): void {
    counted.delete(handler);
    load -= weight;
  }

  function stopWaiting(): void {
    waiting = undefined;
    turns += 1;
    // Otherwise the timer goes on for the next waiting: a busy session waits with each request, and that often a timer is costly.
    if (isProbed) stopProbing();
  }

  function stopProbing(): void {
    stopTimer?.();
    stopTimer = undefined;
    isProbed = false;
  }

  /** Adapts the size: the time that an answer took longer than the fastest one was spent in queues, as TCP Vegas estimates it. */
  function adapt(place: number, took: number): void {
    if (size < CALM) size += 1;
    fastest = Math.min(fastest, took);
    if (size < CALM) return;
    // The fastest one may have been faster than it seems. Where that is all the difference, the clock says nothing about queues.
    const queued = size * (1 - Math.max(0, fastest - RESOLUTION) / Math.max(took, RESOLUTION));
    if (queued > MANY && size > CALM) size -= 1;
    else if (queued < FEW && wasFull && place > grownAt) {
      size += 1;
      grownAt = requests;
      wasFull = false;
    }
  }

  /** Judges the requests before the one at a place, which has been answered: the router has dealt with them too. */
  function overtake(place: number, now: number): void {
    const limit = now - PATIENCE;
    for (const [handler, unanswered] of counted) {
      if (unanswered.place > place) return;
      if (unanswered.answerer === "router") {
        // Its answer would have come before, so it is most probably lost.
        uncount(handler, unanswered);
        size = Math.max(LEAST, Math.floor(size / 2));
        handler.overtaken?.();
      } else if (unanswered.sentAt <= limit) {
        uncount(handler, unanswered);
        if (size < CALM) size += 1;
      }
    }
  }

  /** Probes the router if the waiting that goes on now has not ended by then. */
  function probeAfter(milliseconds: number): void {
    const turn = turns;
    stopTimer = clock.after(milliseconds, () => {
      stopTimer = undefined;
      if (waiting === undefined) return;
      if (turn !== turns) return probeAfter(PATIENCE);
      isProbed = true;
      probe();
      // Even this answer may be lost.
      probeAfter(Math.min(LONGEST, Math.max(roundTrip.timeout, 2 * milliseconds)));
    });
  }

  return {
    roundTrip,
    get hasRoom() {
      return hasRoom();
    },
    whenRoom(task) {
      if (isClosed) return;
      waiting = task;
      if (stopTimer === undefined) probeAfter(PATIENCE);
    },
    sent: count,
    answered(handler) {
      const unanswered = counted.get(handler);
      if (unanswered === undefined) return;
      const { answerer, sentAt, place } = unanswered;
      uncount(handler, unanswered);
      const now = clock.now();
      const took = now - sentAt;
      if (answerer === "router" || took < (roundTrip.smoothed ?? Infinity)) roundTrip.sample(took);
      adapt(place, took);
      overtake(place, now);
    },
    makeUseOfRoom() {
      const task = waiting;
      if (task === undefined || !hasRoom()) return;
      stopWaiting();
      task();
    },
    close() {
      isClosed = true;
      stopWaiting();
      stopProbing();
    },
  };
}
