import type { MessageName } from "../../protocol/codes.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { RouterSession } from "../core/router-session.js";
import type { Connection } from "./connection.js";
import type { Counter } from "./counts.js";
import type { FaultState, Interceptor } from "./fault-state.js";

/** Name of a message type that a router sends. */
export type SentName = RouterMessage["type"];

/** A message of one type. */
export type SentMessage<Name extends SentName> = Extract<RouterMessage, { readonly type: Name }>;

/** Outgoing messages held back by {@link Faults.hold}. */
export interface Hold {
  /** Returns the number of messages that are held now. */
  held(): number;
  /** Resolves when at least `count` messages are held. */
  waitFor(count: number): Promise<void>;
  /** Sends the held messages, first or last one first, and holds no more. */
  release(order?: "fifo" | "lifo"): void;
}

/** Takes a fault back. A second call does nothing. */
export type TakeBack = () => void;

/**
 * Faults for tests. Each acts from the call on, on every session, until it is taken back.
 *
 * @example
 * const hold = router.faults.hold("SUBSCRIBED");
 * const subscribed = session.subscribe("com.example.topic", handler);
 * await hold.waitFor(1);
 * hold.release();
 * await subscribed;
 */
export interface Faults {
  /** Closes every connection with a WebSocket close code; without one, destroys the sockets, and the client sees code 1006. */
  dropAll(code?: number): void;
  /** Refuses WebSocket handshakes with HTTP 503. */
  refuseConnections(on: boolean): TakeBack;
  /**
   * Reads nothing and sends nothing, while the sockets stay open; handshakes get no answer. Once this is taken back, everything
   * continues where it stopped.
   */
  stall(on: boolean): TakeBack;
  /** Holds outgoing messages of a type, all or those for which `predicate` returns true; other messages overtake them. */
  hold<Name extends SentName>(
    type: Name,
    predicate?: (message: SentMessage<Name>, session: number | undefined) => boolean,
  ): Hold;
  /**
   * Drops the next outgoing messages of a type.
   *
   * @param times number of messages to drop, 1 by default
   */
  swallow(type: SentName, times?: number): TakeBack;
  /** Sends a publisher its own EVENT before PUBLISHED. */
  eventBeforePublished(on: boolean): TakeBack;
  /** Sends retained events before SUBSCRIBED. */
  retainedBeforeSubscribed(on: boolean): TakeBack;
  /**
   * Collects the next `count` outgoing messages of a type and sends them last one first. If this is taken back earlier, the
   * collected ones are sent in order.
   */
  reverseAnswers(type: SentName, count: number): TakeBack;
  /** Sends a frame, text or binary, to one session, or to every connection. */
  sendRaw(frame: string | Uint8Array, session?: number): void;
  /** Answers the next HELLO with ABORT, with the URI given as reason. */
  abortNext(reason: string): TakeBack;
  /**
   * Sends GOODBYE to one session, or to all. A socket is closed when its client has answered.
   *
   * @param reason URI, `wamp.close.system_shutdown` by default
   */
  goodbye(reason?: string, session?: number): void;
  /** Resolves when `count` messages of a type have been received since the start or the last `resetCounts()`. */
  waitFor(type: MessageName, count: number): Promise<void>;
}

/** Returns the faults of a router with these connections. */
export function createFaults(
  state: FaultState,
  counter: Counter,
  sessions: ReadonlyMap<Connection, RouterSession>,
  setStalled: (on: boolean) => void,
): Faults {
  const chosen = (session: number | undefined): [Connection, RouterSession][] =>
    [...sessions].filter(([connection]) => session === undefined || connection.session === session);
  return {
    dropAll(code) {
      for (const connection of [...sessions.keys()]) {
        if (code === undefined) connection.destroy();
        else connection.close(code);
      }
    },
    refuseConnections: (on) => toggle((value) => (state.refusing = value), state.refusing, on),
    stall: (on) => toggle(setStalled, state.stalled, on),
    eventBeforePublished: (on) =>
      toggle((value) => (state.eventBeforePublished = value), state.eventBeforePublished, on),
    retainedBeforeSubscribed: (on) =>
      toggle((value) => (state.retainedBeforeSubscribed = value), state.retainedBeforeSubscribed, on),
    hold: (type, predicate) => hold(state, type, predicate),
    swallow(type, times = 1) {
      let left = times;
      return intercept(state, (message) => left > 0 && message.type === type && left-- > 0);
    },
    reverseAnswers: (type, count) => reverse(state, type, count),
    sendRaw(frame, session) {
      for (const [connection] of chosen(session)) connection.sendRaw(frame);
    },
    abortNext(reason) {
      state.abortReason = reason;
      return () => {
        if (state.abortReason === reason) state.abortReason = undefined;
      };
    },
    goodbye(reason = "wamp.close.system_shutdown", session) {
      for (const [, routerSession] of chosen(session)) routerSession.goodbye(reason);
    },
    waitFor: (type, count) => counter.waitFor(type, count),
  };
}

function toggle(set: (value: boolean) => void, before: boolean, on: boolean): TakeBack {
  set(on);
  return () => {
    set(before);
  };
}

function intercept(state: FaultState, interceptor: Interceptor): TakeBack {
  state.interceptors.add(interceptor);
  return () => {
    state.interceptors.delete(interceptor);
  };
}

function hold<Name extends SentName>(
  state: FaultState,
  type: Name,
  predicate: ((message: SentMessage<Name>, session: number | undefined) => boolean) | undefined,
): Hold {
  const held: (() => void)[] = [];
  let waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const wake = (): void => {
    for (const { count, resolve } of waiters) if (held.length >= count) resolve();
    waiters = waiters.filter(({ count }) => held.length < count);
  };
  const stop = intercept(state, (message, session, deliver) => {
    if (!isOf(message, type) || predicate?.(message, session) === false) return false;
    held.push(deliver);
    wake();
    return true;
  });
  return {
    held: () => held.length,
    waitFor: (count) =>
      new Promise((resolve) => {
        waiters.push({ count, resolve });
        wake();
      }),
    release(order = "fifo") {
      stop();
      deliverAll(held, order);
    },
  };
}

function reverse(state: FaultState, type: SentName, count: number): TakeBack {
  const held: (() => void)[] = [];
  const stop = intercept(state, (message, _session, deliver) => {
    if (message.type !== type) return false;
    held.push(deliver);
    if (held.length === count) {
      stop();
      deliverAll(held, "lifo");
    }
    return true;
  });
  return () => {
    stop();
    deliverAll(held, "fifo");
  };
}

function deliverAll(held: (() => void)[], order: "fifo" | "lifo"): void {
  const due = held.splice(0);
  for (const deliver of order === "fifo" ? due : due.reverse()) deliver();
}

function isOf<Name extends SentName>(message: RouterMessage, type: Name): message is SentMessage<Name> {
  return message.type === type;
}
