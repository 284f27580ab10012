import type { Clock } from "../web/clock.js";
import { RoundTrip } from "./round-trip.js";
import type { AnswerHandler } from "./wire-session.js";

/** Requests that may be unanswered right after WELCOME. */
const INITIAL = 16;
/** Requests that may be unanswered at any time: what they have queued at the router stays below the least bound that is known (64). */
const CALM = 48;
const LEAST = 8;
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
 * small, grows with each answer (slow start), goes on growing beyond a bound that is harmless anywhere only while the answers come
 * nearly as fast as the fastest one, because then few of them are queued, and shrinks when the router has lost one.
 *
 * The router takes the requests in order. The answer to a later one therefore shows that a call which has been on its way for a while
 * waits for its callee: it leaves the window, which limits bursts and not the number of calls. If no answer comes, the router is probed.
 */
export class RequestWindow {
  readonly roundTrip = new RoundTrip();
  readonly #clock: Clock;
  readonly #probe: () => AnswerHandler;
  /** The requests that count, in the order in which they were sent. */
  readonly #counted = new Map<AnswerHandler, Unanswered>();
  #size = INITIAL;
  /** The weight of the requests that count. */
  #load = 0;
  #sent = 0;
  /** The fastest answer in milliseconds. */
  #fastest = Infinity;
  #waiting: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;
  #isClosed = false;

  /** @param probe sends a request that any router answers at once, and returns its handler */
  constructor(clock: Clock, probe: () => AnswerHandler) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /** Tells whether another request may be sent now. */
  get hasRoom(): boolean {
    return this.#load < this.#size;
  }

  /** Calls `task` once, when there is room again. */
  whenRoom(task: () => void): void {
    if (this.#isClosed) return;
    this.#waiting = task;
    if (this.#stopTimer === undefined) this.#probeAfter(PATIENCE);
  }

  /**
   * Counts a request that is being sent.
   * @param weight number of messages that the router sends to this session because of it
   */
  sent(handler: AnswerHandler, answerer: Answerer, weight = 1): void {
    this.#counted.set(handler, { place: ++this.#sent, answerer, sentAt: this.#clock.now(), weight });
    this.#load += weight;
  }

  /** Takes note of the answer to a request. */
  answered(handler: AnswerHandler): void {
    const unanswered = this.#counted.get(handler);
    if (unanswered === undefined) return;
    const { answerer, sentAt, place } = unanswered;
    this.#uncount(handler, unanswered);
    const took = this.#clock.now() - sentAt;
    if (answerer === "router" || took < (this.roundTrip.smoothed ?? Infinity)) this.roundTrip.sample(took);
    this.#adapt(took);
    this.#overtake(place);
  }

  /** Calls the waiting task if there is room. */
  makeUseOfRoom(): void {
    const task = this.#waiting;
    if (task === undefined || !this.hasRoom) return;
    this.#stopWaiting();
    task();
  }

  /** Ends the waiting for room for good; nothing is probed from then on. */
  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    this.#waiting = undefined;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Adapts the size: the time that an answer took longer than the fastest one was spent in queues, as TCP Vegas estimates it. */
  #adapt(took: number): void {
    if (this.#size < CALM) this.#size += 1;
    // A clock that is too coarse says nothing about queues.
    if (took === 0) return;
    this.#fastest = Math.min(this.#fastest, took);
    if (this.#size < CALM) return;
    const queued = this.#size * (1 - this.#fastest / took);
    if (queued < FEW) this.#size += 1;
    else if (queued > MANY && this.#size > CALM) this.#size -= 1;
  }

  /** Judges the requests before the one at a place, which has been answered: the router has dealt with them too. */
  #overtake(place: number): void {
    const limit = this.#clock.now() - PATIENCE;
    for (const [handler, unanswered] of this.#counted) {
      if (unanswered.place > place) return;
      if (unanswered.answerer === "router") {
        // Its answer would have come before, so it is most probably lost.
        this.#uncount(handler, unanswered);
        this.#size = Math.max(LEAST, Math.floor(this.#size / 2));
        handler.overtaken?.();
      } else if (unanswered.sentAt <= limit) {
        this.#uncount(handler, unanswered);
        if (this.#size < CALM) this.#size += 1;
      }
    }
  }

  #probeAfter(milliseconds: number): void {
    this.#stopTimer = this.#clock.after(milliseconds, () => {
      this.sent(this.#probe(), "router", 0);
      // Even this answer may be lost.
      this.#probeAfter(Math.min(LONGEST, Math.max(this.roundTrip.timeout, 2 * milliseconds)));
    });
  }

  #uncount(handler: AnswerHandler, { weight }: Unanswered): void {
    this.#counted.delete(handler);
    this.#load -= weight;
  }
}
