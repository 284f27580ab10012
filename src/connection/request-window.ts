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
/** Milliseconds that a request counts at most: one that is unanswered then waits for its callee, and has nothing queued at the router. */
const AGE = 20;

/** The peer that writes the answer to a request. */
export type Answerer = "router" | "callee";

interface Unanswered {
  readonly place: number;
  readonly sentAt: number;
  readonly weight: number;
}

/**
 * Bounds the requests that are on their way to the router and back. Routers drop what they have queued for a session beyond a bound
 * (Nexus: 64 messages), so a burst of requests would lose answers, and a call without a deadline would never settle. The window starts
 * small, grows with each answer (slow start), goes on growing beyond a bound that is harmless anywhere only while the answers come
 * nearly as fast as the fastest one, because then few of them are queued, and shrinks when the router has lost one.
 */
export class RequestWindow {
  readonly roundTrip = new RoundTrip();
  readonly #clock: Clock;
  /** The requests that count, in the order in which they were sent. */
  readonly #counted = new Map<AnswerHandler, Unanswered>();
  /** The requests that the router itself has yet to answer. */
  readonly #owed = new Map<AnswerHandler, Unanswered>();
  #size = INITIAL;
  /** The weight of the requests that count. */
  #load = 0;
  #sent = 0;
  /** The fastest answer in milliseconds. */
  #fastest = Infinity;
  #waiting: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells whether another request may be sent now. */
  get hasRoom(): boolean {
    this.#expire();
    return this.#load < this.#size;
  }

  /** Calls `task` once, when there is room again. */
  whenRoom(task: () => void): void {
    this.#waiting = task;
    const [oldest] = this.#counted.values();
    if (oldest === undefined || this.#stopTimer !== undefined) return;
    this.#stopTimer = this.#clock.after(oldest.sentAt + AGE - this.#clock.now(), () => {
      this.#stopTimer = undefined;
      this.makeUseOfRoom();
    });
  }

  /**
   * Counts a request that is being sent.
   * @param weight number of messages that the router sends to this session because of it
   */
  sent(handler: AnswerHandler, answerer: Answerer, weight = 1): void {
    const unanswered = { place: ++this.#sent, sentAt: this.#clock.now(), weight };
    this.#counted.set(handler, unanswered);
    this.#load += weight;
    if (answerer === "router") this.#owed.set(handler, unanswered);
  }

  /** Takes note of the answer to a request. */
  answered(handler: AnswerHandler): void {
    const owed = this.#owed.get(handler);
    const counted = this.#counted.get(handler);
    const unanswered = counted ?? owed;
    if (unanswered === undefined) return;
    this.#uncount(handler);
    this.#owed.delete(handler);
    const took = this.#clock.now() - unanswered.sentAt;
    if (owed !== undefined || took < (this.roundTrip.smoothed ?? Infinity)) this.roundTrip.sample(took);
    this.#adapt(took);
    this.#overtake(unanswered.place);
  }

  /** Calls the waiting task if there is room. */
  makeUseOfRoom(): void {
    const task = this.#waiting;
    if (task === undefined) return;
    if (!this.hasRoom) return this.whenRoom(task);
    this.close();
    task();
  }

  /** Forgets the waiting task and its timer. */
  close(): void {
    this.#waiting = undefined;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Adapts the size: the time that an answer took longer than the fastest one was spent in queues, as TCP Vegas estimates it. */
  #adapt(took: number): void {
    this.#fastest = Math.min(this.#fastest, took);
    const queued = took === 0 ? 0 : this.#size * (1 - this.#fastest / took);
    if (this.#size < CALM || queued < FEW) this.#size += 1;
    else if (this.#size > CALM && queued > MANY) this.#size -= 1;
  }

  /** The router answers in the order of the requests: what it has not answered before a later one is most probably lost. */
  #overtake(place: number): void {
    for (const [handler, owed] of this.#owed) {
      if (owed.place > place) return;
      this.#owed.delete(handler);
      this.#uncount(handler);
      this.#size = Math.max(LEAST, Math.floor(this.#size / 2));
      handler.overtaken?.();
    }
  }

  /** Stops counting the requests that have been on their way for too long to be queued at the router. */
  #expire(): void {
    const limit = this.#clock.now() - AGE;
    for (const [handler, { sentAt }] of this.#counted) {
      if (sentAt > limit) return;
      this.#uncount(handler);
    }
  }

  #uncount(handler: AnswerHandler): void {
    this.#load -= this.#counted.get(handler)?.weight ?? 0;
    this.#counted.delete(handler);
  }
}
