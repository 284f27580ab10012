import type { SuspectKey } from "../../connection/suspects.js";
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
export function createScheduler(env: SchedulerEnvironment, openSession: () => WireSession | undefined) {
  const queues = new Set<SendQueue>();
  /** The queues that may have a message of a kind, in the order of their turns. */
  const filledQueues = { answer: new Set<SendQueue>(), request: new Set<SendQueue>() };
  /** Messages of the session itself: restores, and what it gives back. */
  const own = new Fifo<Outgoing & { readonly dropped?: () => void }>();
  /** Those, and the queues, that wait until a request over which routers may end the session may be sent. */
  const heldOwn = new Fifo<Outgoing>();
  const heldQueues = new Set<SendQueue>();
  let pumping = false;
  let polling = false;

  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    try {
      while (sendOneOfEach());
    } finally {
      pumping = false;
    }
  };

  /** Sends the next answer and the next request; returns false if there is nothing to send now. */
  const sendOneOfEach = (): boolean => {
    const session = openSession();
    if (session === undefined) return false;
    if (session.bufferedAmount > HIGH_WATER) {
      pollBuffer();
      return false;
    }
    const answered = sendNext("answer", session);
    return sendRequest(session) || answered;
  };

  const sendRequest = (session: WireSession): boolean => {
    if (own.length === 0 && filledQueues.request.size === 0) return false;
    if (!session.hasRoom) {
      session.whenRoom(() => pump());
      return false;
    }
    for (let first = own.shift(); first !== undefined; first = own.shift()) {
      if (isHeld(first, session)) heldOwn.push(first);
      else {
        write(first, session);
        return true;
      }
    }
    return sendNext("request", session);
  };

  /** Tells whether a message must wait, because routers may end the session over it; it is looked at again when it may be sent. */
  const isHeld = ({ key }: Outgoing, session: WireSession): boolean => {
    if (key === undefined || !session.holds(key)) return false;
    session.whenReleased(() => {
      releaseHeld();
      pump();
    });
    return true;
  };

  const releaseHeld = (): void => {
    for (let item = heldOwn.shift(); item !== undefined; item = heldOwn.shift()) own.push(item);
    for (const queue of heldQueues) filledQueues.request.add(queue);
    heldQueues.clear();
  };

  /** Sends the next message of the queue whose turn it is, which then comes last. */
  const sendNext = (kind: OutgoingKind, session: WireSession): boolean => {
    const filled = filledQueues[kind];
    for (const queue of filled) {
      filled.delete(queue);
      const item = queue.take(kind);
      if (item === undefined) continue;
      if (isHeld(item, session)) {
        queue.putBack(item);
        heldQueues.add(queue);
        continue;
      }
      filled.add(queue);
      write(item, session);
      return true;
    }
    return false;
  };

  /** A defect of the hub in the turn of one message must affect neither the others nor the tab that caused this turn. */
  const write = (item: Outgoing, session: WireSession): void => {
    try {
      item.send(session);
    } catch (cause) {
      env.log("A message could not be sent", cause);
      item.pending?.reject(hubFault("request", cause));
    }
  };

  const pollBuffer = (): void => {
    if (polling) return;
    polling = true;
    env.clock.after(DRAIN_POLL, () => {
      polling = false;
      pump();
    });
  };

  return {
    /** Opens the queue of a tab. */
    open(): SendQueue {
      const queue = new SendQueue(
        env.clock,
        (kind) => void (queues.has(queue) && filledQueues[kind].add(queue)),
        () => pump(),
      );
      queues.add(queue);
      return queue;
    },

    /** Closes a queue and drops its requests; its answers to invocations are sent first, because a caller waits for each of them. */
    close(queue: SendQueue): void {
      if (!queues.delete(queue)) throw new Error("The queue is not open");
      const session = openSession();
      for (let item = queue.take("answer"); item !== undefined; item = queue.take("answer")) {
        if (session !== undefined) write(item, session);
      }
      queue.clear();
      filledQueues.answer.delete(queue);
      filledQueues.request.delete(queue);
      heldQueues.delete(queue);
    },

    /** Queues a message that restores something on a new session, before all requests of tabs. */
    restore(send: (session: WireSession) => void, key: SuspectKey): void {
      own.push({ bytes: 0, key, send });
    },

    /**
     * Sends a message that gives something back, now or as soon as there is room, before all requests of tabs.
     * @param dropped called instead of `send` if the session is lost before
     */
    giveBack(send: (session: WireSession) => void, dropped: () => void): void {
      const session = openSession();
      if (session === undefined) return dropped();
      if (own.length === 0 && session.hasRoom) return write({ bytes: 0, send }, session);
      own.push({ bytes: 0, send, dropped });
      pump();
    },

    /** Drops what was to be sent on the lost session. */
    sessionLost(): void {
      releaseHeld();
      for (let item = own.shift(); item !== undefined; item = own.shift()) item.dropped?.();
      for (const queue of queues) queue.sessionLost();
    },

    /** Sends as many messages as the socket and the window accept now. May be called at any time, even recursively. */
    pump,
  };
}
