import type {
  Call,
  ClientMessage,
  Publish,
  Register,
  RouterMessage,
  Subscribe,
} from "../../protocol/messages.js";
import type { RouterSession } from "../core/router-session.js";
import type { Connection } from "./connection.js";
import type { Counter } from "./counts.js";
import type { FaultState, Interceptor } from "./fault-state.js";
import type { Faults, Hold, SentMessage, SentName, TakeBack } from "./faults.js";

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
    dropOn(uri, type) {
      const isDeadly = (message: ClientMessage): boolean =>
        isRequest(message) && (type ?? message.type) === message.type && uriOf(message) === uri;
      state.deadly.add(isDeadly);
      return () => void state.deadly.delete(isDeadly);
    },
    refuseConnections: (on) => change((value) => (state.refusing = value), state.refusing, on),
    plainOnly: (on) => change((value) => (state.plainOnly = value), state.plainOnly, on),
    stall: (on) => change(setStalled, state.stalled, on),
    queueLimit: (limit) => change((value) => (state.queueLimit = value), state.queueLimit, limit),
    messageSizeLimit: (bytes) =>
      change((value) => (state.messageSizeLimit = value), state.messageSizeLimit, bytes),
    eventBeforePublished: (on) =>
      change((value) => (state.eventBeforePublished = value), state.eventBeforePublished, on),
    retainedBeforeSubscribed: (on) =>
      change((value) => (state.retainedBeforeSubscribed = value), state.retainedBeforeSubscribed, on),
    expelWelcomed: (on) => change((value) => (state.expelling = value), state.expelling, on),
    hold: (type, predicate) => hold(state, type, predicate),
    swallow(type, times = 1) {
      let left = times;
      return intercept(state, (message) => left > 0 && message.type === type && left-- > 0);
    },
    reverseAnswers: (type, count) => reverse(state, type, count),
    sendRaw(message, session) {
      for (const [connection] of chosen(session)) connection.sendRaw(message);
    },
    sendFrame(frame, session) {
      for (const [connection] of chosen(session)) connection.sendFrame(frame);
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

type Request = Call | Publish | Register | Subscribe;

function isRequest(message: ClientMessage): message is Request {
  return ["CALL", "PUBLISH", "REGISTER", "SUBSCRIBE"].includes(message.type);
}

function uriOf(request: Request): string {
  return "topic" in request ? request.topic : request.procedure;
}

function change<Value>(set: (value: Value) => void, before: Value, after: Value): TakeBack {
  set(after);
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
