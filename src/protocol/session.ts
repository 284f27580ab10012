import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import type { WireRequestId } from "./ids.js";
import type {
  Abort,
  Answer,
  Authenticate,
  Cancel,
  Challenge,
  Goodbye,
  Hello,
  NewRequest,
  RequestMessage,
  RouterMessage,
  Welcome,
  RequestName,
} from "./messages.js";
import { revocation } from "./revocation.js";
import type { SessionEvent } from "./session-events.js";
import { toWellFormed } from "./text.js";

export type SessionState = "new" | "greeting" | "authenticating" | "established" | "closing" | "closed";

type RequestType = RequestMessage["type"];

interface Pending<Handler> {
  readonly type: RequestType;
  readonly handler: Handler;
}

/** The requests by the messages that grant them. */
const GRANTED: Readonly<Record<Exclude<Answer["type"], "ERROR">, RequestType>> = {
  RESULT: "CALL",
  PUBLISHED: "PUBLISH",
  SUBSCRIBED: "SUBSCRIBE",
  UNSUBSCRIBED: "UNSUBSCRIBE",
  REGISTERED: "REGISTER",
  UNREGISTERED: "UNREGISTER",
};

/**
 * The client's side of one WAMP session, without any I/O. A message that a method returns must be sent synchronously, because strict
 * routers end a session whose request ids are not sequential.
 *
 * `Handler` is a value of the caller that is returned with the answer. The session holds the only table of requests that are pending on
 * the wire; a handler leaves it exactly once, through its answer, `forget` or `lost`.
 */
export interface Session<Handler> {
  readonly state: SessionState;
  /** The number of requests awaiting an answer. */
  readonly pending: number;
  hello(realm: string, details: Dict): Hello;
  authenticate(signature: string, extra: Dict): Authenticate;
  /** Gives a request its id. Without a handler, as for an unacknowledged publication, no request becomes pending. */
  request<Request extends NewRequest>(
    request: Request,
    handler: Handler | undefined,
  ): Request & { readonly request: WireRequestId };
  /** Returns a CANCEL message. The call stays pending until its answer or `forget`. */
  cancel(request: WireRequestId, options: Dict): Cancel;
  /** Forgets a request, so that its late answer is ignored. Does nothing for a request that is not pending. */
  forget(request: WireRequestId): void;
  /**
   * Returns the meaning of a message from the router; `undefined` if it has no effect, because it answers a forgotten request. Throws
   * `ProtocolError` for a message that is invalid in this state; the caller then sends the message that `abort` returns. Once the session
   * has ended, no message has an effect: it may have crossed the client's last message.
   */
  receive(message: RouterMessage): SessionEvent<Handler> | undefined;
  goodbye(reason: string): Goodbye;
  /** Ends the session at once, in any state. */
  abort(reason: string, message: string): Abort;
  /** Ends the session together with its connection. Returns every pending handler once, in the order of the requests. */
  lost(): Handler[];
}

export function createSession<Handler>(): Session<Handler> {
  let state: SessionState = "new";
  let lastRequest = 0;
  /** Pending requests, in the order in which they were made. */
  const pending = new Map<WireRequestId, Pending<Handler>>();

  function expectState(needed: SessionState): void {
    if (state !== needed) throw new Error(`the session is ${state}, it must be ${needed}`);
  }

  /** Returns the answer to a request; `undefined` if that request was forgotten. */
  function answered(type: RequestName, message: Answer): SessionEvent<Handler> | undefined {
    const { request } = message;
    if (request > lastRequest) {
      throw new ProtocolError(`the router answered ${type} ${request}, which was never sent`);
    }
    const asked = pending.get(request);
    if (asked === undefined) return undefined;
    if (asked.type !== type) {
      throw new ProtocolError(`the router answered ${type} ${request}, which was a ${asked.type}`);
    }
    if (!isProgress(message)) pending.delete(request);
    return { type: "ANSWER", message, handler: asked.handler };
  }

  function receiveEstablished(
    message: Exclude<RouterMessage, Abort | Welcome | Challenge>,
  ): SessionEvent<Handler> | undefined {
    switch (message.type) {
      case "EVENT":
      case "INVOCATION":
      case "INTERRUPT":
        return message;
      case "GOODBYE": {
        const isAnswer = state === "closing";
        state = "closed";
        const reply: Goodbye = { type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" };
        return isAnswer ? message : { ...message, reply };
      }
      case "ERROR":
        return answered(message.requestType, message);
      case "UNSUBSCRIBED":
      case "UNREGISTERED":
        if (message.request !== 0) return answered(GRANTED[message.type], message);
        // Without readable details, which only the reason of a third party can have made so, it is unknown which entry ended.
        return message.details && revocation(message.type, message.details);
      default:
        return answered(GRANTED[message.type], message);
    }
  }

  return {
    get state() {
      return state;
    },
    get pending() {
      return pending.size;
    },
    hello(realm, details) {
      expectState("new");
      state = "greeting";
      return { type: "HELLO", realm, details };
    },
    authenticate(signature, extra) {
      expectState("authenticating");
      return { type: "AUTHENTICATE", signature, extra };
    },
    request(fields, handler) {
      expectState("established");
      const request = ++lastRequest as WireRequestId;
      if (handler !== undefined) pending.set(request, { type: fields.type, handler });
      // In this order, because V8 needs ten times as long to add a property to a copy.
      return { request, ...fields };
    },
    cancel(request, options) {
      expectState("established");
      return { type: "CANCEL", request, options };
    },
    forget(request) {
      pending.delete(request);
    },
    receive(message) {
      if (state === "closed") return undefined;
      if (state === "new") throw new ProtocolError(`${message.type} came before HELLO was sent`);
      const isOpening = state === "greeting" || state === "authenticating";
      switch (message.type) {
        case "ABORT":
          state = "closed";
          return message;
        case "WELCOME":
        case "CHALLENGE":
          if (!isOpening) throw new ProtocolError(`${message.type} came after WELCOME`);
          // Authentication may take several rounds (WAMP, "Authentication Methods").
          state = message.type === "WELCOME" ? "established" : "authenticating";
          return message;
        default:
          if (isOpening) throw new ProtocolError(`${message.type} came before WELCOME`);
          return receiveEstablished(message);
      }
    },
    goodbye(reason) {
      expectState("established");
      state = "closing";
      return { type: "GOODBYE", details: {}, reason };
    },
    abort(reason, message) {
      state = "closed";
      // The text may quote the router.
      return { type: "ABORT", details: { message: toWellFormed(message) }, reason };
    },
    lost() {
      state = "closed";
      const handlers = Array.from(pending.values(), ({ handler }) => handler);
      pending.clear();
      return handlers;
    },
  };
}

/** Tells whether a message is a progressive result, which others follow. */
export function isProgress(message: Answer): boolean {
  return message.type === "RESULT" && message.details?.["progress"] === true;
}
