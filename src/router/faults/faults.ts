import type { MessageName } from "../../protocol/codes.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Counter } from "./counts.js";
import type { FaultState, Interceptor } from "../core/fault-state.js";

/** Names of the messages that a router sends. */
export type SentName = RouterMessage["type"];

/** A message of one type, as the router sends it. */
export type SentMessage<Name extends SentName> = Extract<
  RouterMessage,
  {
    /** Name of the message. */
    readonly type: Name;
  }
>;

/** Holds outgoing messages back; made by {@link Faults.hold}. */
export interface Hold {
  /** Returns the number of messages that are held now. */
  held(): number;
  /** Resolves when at least `count` messages are held. */
  waitFor(count: number): Promise<void>;
  /**
   * Sends the held messages and stops holding.
   *
   * @param order first held first, or last held first; "fifo" by default
   */
  release(order?: "fifo" | "lifo"): void;
}

/** Removes a fault. A second call does nothing. */
export type TakeBack = () => void;

/** Injects faults for tests. A fault acts on all sessions from the call on, until it is removed. */
export interface Faults {
  /**
   * Closes every connection now.
   *
   * @param code close code of the WebSocket; without it the sockets are destroyed, and clients see 1006
   */
  dropAll(code?: number): void;
  /** Refuses WebSocket handshakes with HTTP 503. */
  refuseConnections(on: boolean): TakeBack;
  /** Reads and sends nothing while the sockets stay open; handshakes get no answer. Once removed, everything continues where it stopped. */
  stall(on: boolean): TakeBack;
  /**
   * Holds outgoing messages back; other messages overtake them.
   *
   * @param type the messages to hold
   * @param predicate holds only the messages for which it returns true; `session` is the receiver's WAMP session id
   * @example
   * const hold = router.faults.hold("PUBLISHED");
   * await hold.waitFor(1);
   * hold.release();
   */
  hold<Name extends SentName>(
    type: Name,
    predicate?: (message: SentMessage<Name>, session: number | undefined) => boolean,
  ): Hold;
  /**
   * Drops outgoing messages.
   *
   * @param type the messages to drop
   * @param times how many of them; 1 by default
   */
  swallow(type: SentName, times?: number): TakeBack;
  /** Sends a publisher its own EVENT before the PUBLISHED that names it. */
  eventBeforePublished(on: boolean): TakeBack;
  /** Sends the retained events before SUBSCRIBED. */
  retainedBeforeSubscribed(on: boolean): TakeBack;
  /**
   * Collects outgoing messages and sends them in reverse order. If it is removed before, it sends the collected ones in order.
   *
   * @param type the messages to reverse
   * @param count how many of them to collect
   */
  reverseAnswers(type: SentName, count: number): TakeBack;
  /**
   * Sends a frame as it is.
   *
   * @param frame a text or binary frame
   * @param session WAMP session id of the receiver; without it every connection gets the frame
   */
  sendRaw(frame: string | Uint8Array, session?: number): void;
  /**
   * Answers the next HELLO with ABORT (WAMP, "ABORT").
   *
   * @param reason URI of the ABORT
   */
  abortNext(reason: string): TakeBack;
  /**
   * Sends GOODBYE (WAMP, "GOODBYE"). A socket is closed when its client has answered.
   *
   * @param reason URI of the GOODBYE; `wamp.close.system_shutdown` by default
   * @param session WAMP session id of the receiver; without it every session gets the GOODBYE
   */
  goodbye(reason?: string, session?: number): void;
  /** Resolves when `count` messages of a type have been received since the start or the last `resetCounts()`. */
  waitFor(type: MessageName, count: number): Promise<void>;
}

// Not the classes: their types need those of Node and of ws, and this file is part of the package's types.
interface FaultyConnection {
  readonly session: number | undefined;
  close(code: number): void;
  destroy(): void;
  sendRaw(frame: string | Uint8Array): void;
}

interface FaultySession {
  goodbye(reason: string): void;
}

/** The faults of a router whose connections are `sessions`. */
export function faultsOf(
  state: FaultState,
  counter: Counter,
  sessions: ReadonlyMap<FaultyConnection, FaultySession>,
  setStalled: (on: boolean) => void,
): Faults {
  const chosen = (session: number | undefined): [FaultyConnection, FaultySession][] =>
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
