import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import { hubFault } from "../error-records.js";
import { Fifo } from "../fifo.js";
import { SendQueue } from "./send-queue.js";
import type { Outgoing, OutgoingKind } from "./send-queue.js";

/** Number of bytes in the socket's buffer above which no further message is written. */
const HIGH_WATER = 256 * 1024;
/** Milliseconds until the buffer is checked again; a WebSocket has no event for a drained buffer. */
const DRAIN_POLL = 4;

/** The part of the environment that the scheduler needs. */
export interface SchedulerEnvironment {
  readonly clock: Clock;
  readonly log: (message: string, cause?: unknown) => void;
}

/**
 * Sends the queued messages of all tabs while a session accepts them, one message per tab in turn: answers to invocations and requests
 * alternate, so that neither holds up the other. Requests wait for room in the session's window; what is restored and given back precedes them.
 */
export class Scheduler {
  readonly #env: SchedulerEnvironment;
  readonly #session: () => WireSession | undefined;
  readonly #queues = new Set<SendQueue>();
  /** The queues that may have a message of a kind, in the order of their turns. */
  readonly #filled = { answer: new Set<SendQueue>(), request: new Set<SendQueue>() };
  /** Messages of the session itself: restores, and what it gives back. */
  readonly #first = new Fifo<Outgoing & { readonly dropped?: () => void }>();
  #pumping = false;
  #polling = false;

  constructor(env: SchedulerEnvironment, session: () => WireSession | undefined) {
    this.#env = env;
    this.#session = session;
  }

  /** Opens the queue of a tab. */
  open(): SendQueue {
    const queue = new SendQueue(
      this.#env.clock,
      (kind) => void (this.#queues.has(queue) && this.#filled[kind].add(queue)),
      () => this.pump(),
    );
    this.#queues.add(queue);
    return queue;
  }

  /** Closes a queue and drops its requests; its answers to invocations are sent first, because a caller waits for each of them. */
  close(queue: SendQueue): void {
    if (!this.#queues.delete(queue)) throw new Error("The queue is not open");
    const session = this.#session();
    for (let item = queue.take("answer"); item !== undefined; item = queue.take("answer")) {
      if (session !== undefined) this.#send(item, session);
    }
    queue.clear();
    this.#filled.answer.delete(queue);
    this.#filled.request.delete(queue);
  }

  /** Queues a message that restores something on a new session, before all requests of tabs. */
  restore(send: (session: WireSession) => void): void {
    this.#first.push({ bytes: 0, send });
  }

  /**
   * Sends a message that gives something back, now or as soon as there is room, before all requests of tabs.
   * @param dropped called instead of `send` if the session is lost before
   */
  giveBack(send: (session: WireSession) => void, dropped: () => void): void {
    const session = this.#session();
    if (session === undefined) return dropped();
    if (this.#first.length === 0 && session.hasRoom) return this.#send({ bytes: 0, send }, session);
    this.#first.push({ bytes: 0, send, dropped });
    this.pump();
  }

  /** Drops what was to be sent on the lost session. */
  sessionLost(): void {
    for (let item = this.#first.shift(); item !== undefined; item = this.#first.shift()) item.dropped?.();
    for (const queue of this.#queues) queue.sessionLost();
  }

  /** Sends as many messages as the socket and the window accept now. May be called at any time, even recursively. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#sendOneOfEach());
    } finally {
      this.#pumping = false;
    }
  }

  /** Sends the next answer and the next request; returns false if there is nothing to send now. */
  #sendOneOfEach(): boolean {
    const session = this.#session();
    if (session === undefined) return false;
    if (session.bufferedAmount > HIGH_WATER) {
      this.#pollBuffer();
      return false;
    }
    const answered = this.#sendNext("answer", session);
    return this.#sendRequest(session) || answered;
  }

  #sendRequest(session: WireSession): boolean {
    if (this.#first.length === 0 && this.#filled.request.size === 0) return false;
    if (!session.hasRoom) {
      session.whenRoom(() => this.pump());
      return false;
    }
    const first = this.#first.shift();
    if (first === undefined) return this.#sendNext("request", session);
    this.#send(first, session);
    return true;
  }

  /** Sends the next message of the queue whose turn it is, which then comes last. */
  #sendNext(kind: OutgoingKind, session: WireSession): boolean {
    const filled = this.#filled[kind];
    for (const queue of filled) {
      filled.delete(queue);
      const item = queue.take(kind);
      if (item === undefined) continue;
      filled.add(queue);
      this.#send(item, session);
      return true;
    }
    return false;
  }

  /** A defect of the hub in the turn of one message must affect neither the others nor the tab that caused this turn. */
  #send(item: Outgoing, session: WireSession): void {
    try {
      item.send(session);
    } catch (cause) {
      this.#env.log("A message could not be sent", cause);
      item.pending?.reject(hubFault("request", cause));
    }
  }

  #pollBuffer(): void {
    if (this.#polling) return;
    this.#polling = true;
    this.#env.clock.after(DRAIN_POLL, () => {
      this.#polling = false;
      this.pump();
    });
  }
}
