import type { RequestName } from "./codes.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import type { WireRegistrationId, WireRequestId, WireSubscriptionId } from "./ids.js";
import type {
  Abort,
  Authenticate,
  Call,
  Cancel,
  Goodbye,
  Hello,
  Publish,
  Register,
  RouterMessage,
  Subscribe,
  Unregister,
  Unsubscribe,
} from "./messages.js";
import type { Payload } from "./payload.js";
import { revocation } from "./revocation.js";
import type { SessionEvent } from "./session-events.js";
import { toWellFormed } from "./text.js";

export type SessionState = "new" | "greeting" | "authenticating" | "established" | "closing" | "closed";

/** The requests of a client that the router answers. */
type PendingKind = Exclude<RequestName, "INVOCATION">;

interface Pending<Handler> {
  readonly kind: PendingKind;
  readonly handler: Handler;
}

/**
 * The client's side of one WAMP session, without any I/O. A message that a method returns must be sent synchronously, because strict
 * routers end a session whose request ids are not sequential.
 *
 * `Handler` is a value of the caller that is returned with the answer. The session holds the only table of requests that are pending on
 * the wire; a handler leaves it exactly once, through its answer, `forget` or `lost`.
 */
export class Session<Handler> {
  #state: SessionState = "new";
  #lastRequest = 0;
  /** Pending requests, in the order in which they were made. */
  readonly #pending = new Map<WireRequestId, Pending<Handler>>();

  get state(): SessionState {
    return this.#state;
  }

  /** The number of requests awaiting an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  hello(realm: string, details: Dict): Hello {
    this.#require("new");
    this.#state = "greeting";
    return { type: "HELLO", realm, details };
  }

  authenticate(signature: string, extra: Dict): Authenticate {
    this.#require("authenticating");
    return { type: "AUTHENTICATE", signature, extra };
  }

  call(
    { procedure, options, payload }: { procedure: string; options: Dict; payload: Payload },
    handler: Handler,
  ): Call {
    return { type: "CALL", request: this.#issue("CALL", handler), options, procedure, payload };
  }

  /** Returns a PUBLISH message. Without a handler the publication is unacknowledged, and no request becomes pending. */
  publish(
    { topic, options, payload }: { topic: string; options: Dict; payload: Payload },
    handler: Handler | undefined,
  ): Publish {
    const request = handler === undefined ? this.#nextRequest() : this.#issue("PUBLISH", handler);
    return { type: "PUBLISH", request, options, topic, payload };
  }

  subscribe({ topic, options }: { topic: string; options: Dict }, handler: Handler): Subscribe {
    return { type: "SUBSCRIBE", request: this.#issue("SUBSCRIBE", handler), options, topic };
  }

  unsubscribe(subscription: WireSubscriptionId, handler: Handler): Unsubscribe {
    return { type: "UNSUBSCRIBE", request: this.#issue("UNSUBSCRIBE", handler), subscription };
  }

  register({ procedure, options }: { procedure: string; options: Dict }, handler: Handler): Register {
    return { type: "REGISTER", request: this.#issue("REGISTER", handler), options, procedure };
  }

  unregister(registration: WireRegistrationId, handler: Handler): Unregister {
    return { type: "UNREGISTER", request: this.#issue("UNREGISTER", handler), registration };
  }

  /** Returns a CANCEL message. The call stays pending until its answer or `forget`. */
  cancel(request: WireRequestId, options: Dict): Cancel {
    this.#require("established");
    return { type: "CANCEL", request, options };
  }

  /** Forgets a request, so that its late answer is "ignored". Does nothing for a request that is not pending. */
  forget(request: WireRequestId): void {
    this.#pending.delete(request);
  }

  /**
   * Returns the meaning of a message from the router. Throws `ProtocolError` for a message that is invalid in this state; the caller
   * then sends the message that `abort` returns. Once the session has ended, every message is "ignored": it may have crossed the client's
   * last message.
   */
  receive(message: RouterMessage): SessionEvent<Handler> {
    switch (this.#state) {
      case "new":
        throw new ProtocolError(`${message.type} came before HELLO was sent`);
      case "greeting":
      case "authenticating":
        return this.#receiveOpening(message);
      case "established":
      case "closing":
        return this.#receiveEstablished(message);
      case "closed":
        return { kind: "ignored" };
    }
  }

  goodbye(reason: string): Goodbye {
    this.#require("established");
    this.#state = "closing";
    return { type: "GOODBYE", details: {}, reason };
  }

  /** Ends the session at once, in any state. */
  abort(reason: string, message: string): Abort {
    this.#state = "closed";
    // The text may quote the router.
    return { type: "ABORT", details: { message: toWellFormed(message) }, reason };
  }

  /** Ends the session together with its connection. Returns every pending handler once, in the order of the requests. */
  lost(): Handler[] {
    this.#state = "closed";
    const handlers = Array.from(this.#pending.values(), ({ handler }) => handler);
    this.#pending.clear();
    return handlers;
  }

  #receiveOpening(message: RouterMessage): SessionEvent<Handler> {
    switch (message.type) {
      case "WELCOME":
        this.#state = "established";
        return { kind: "welcome", session: message.session, details: message.details };
      case "CHALLENGE":
        // Authentication may take several rounds (WAMP, "Authentication Methods").
        this.#state = "authenticating";
        return { kind: "challenge", method: message.method, extra: message.extra };
      case "ABORT":
        this.#state = "closed";
        return { kind: "aborted", reason: message.reason, details: message.details };
      default:
        throw new ProtocolError(`${message.type} came before WELCOME`);
    }
  }

  #receiveEstablished(message: RouterMessage): SessionEvent<Handler> {
    switch (message.type) {
      case "EVENT":
      case "INVOCATION":
      case "INTERRUPT":
        return { kind: "message", message };
      case "RESULT": {
        const { request, unreadable, details, payload } = message;
        const progress = details["progress"] === true;
        const pending = progress ? this.#peek("CALL", request) : this.#take("CALL", request);
        if (pending === undefined) return { kind: "ignored" };
        return {
          kind: "result",
          handler: pending.handler,
          progress,
          ...(unreadable && { unreadable }),
          details,
          payload,
        };
      }
      case "PUBLISHED": {
        const pending = this.#take("PUBLISH", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "published", handler: pending.handler, publication: message.publication };
      }
      case "SUBSCRIBED": {
        const pending = this.#take("SUBSCRIBE", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "subscribed", handler: pending.handler, subscription: message.subscription };
      }
      case "REGISTERED": {
        const pending = this.#take("REGISTER", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "registered", handler: pending.handler, registration: message.registration };
      }
      case "UNSUBSCRIBED": {
        const revoked = revocation(message.request, message.details, "subscription");
        if (revoked !== undefined) {
          return {
            kind: "subscription-revoked",
            subscription: revoked.id as WireSubscriptionId,
            reason: revoked.reason,
            details: revoked.details,
          };
        }
        const pending = this.#take("UNSUBSCRIBE", message.request);
        return pending === undefined
          ? { kind: "ignored" }
          : { kind: "unsubscribed", handler: pending.handler };
      }
      case "UNREGISTERED": {
        const revoked = revocation(message.request, message.details, "registration");
        if (revoked !== undefined) {
          return {
            kind: "registration-revoked",
            registration: revoked.id as WireRegistrationId,
            reason: revoked.reason,
            details: revoked.details,
          };
        }
        const pending = this.#take("UNREGISTER", message.request);
        return pending === undefined
          ? { kind: "ignored" }
          : { kind: "unregistered", handler: pending.handler };
      }
      case "ERROR": {
        const { requestType, request, error, details, payload } = message;
        const pending = this.#take(requestType, request);
        if (pending === undefined) return { kind: "ignored" };
        return {
          kind: "error",
          handler: pending.handler,
          request: requestType,
          uri: error,
          details,
          payload,
        };
      }
      case "GOODBYE": {
        const reply: Goodbye | undefined =
          this.#state === "closing"
            ? undefined
            : { type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" };
        this.#state = "closed";
        return { kind: "goodbye", reason: message.reason, details: message.details, reply };
      }
      case "ABORT":
        this.#state = "closed";
        return { kind: "aborted", reason: message.reason, details: message.details };
      case "WELCOME":
      case "CHALLENGE":
        throw new ProtocolError(`${message.type} came after WELCOME`);
    }
  }

  #require(state: SessionState): void {
    if (this.#state !== state) throw new Error(`the session is ${this.#state}, it must be ${state}`);
  }

  #nextRequest(): WireRequestId {
    this.#require("established");
    this.#lastRequest += 1;
    return this.#lastRequest as WireRequestId;
  }

  #issue(kind: PendingKind, handler: Handler): WireRequestId {
    const request = this.#nextRequest();
    this.#pending.set(request, { kind, handler });
    return request;
  }

  /** Returns the request that an answer belongs to; `undefined` if that request was forgotten. */
  #peek(kind: RequestName, request: WireRequestId): Pending<Handler> | undefined {
    if (request > this.#lastRequest) {
      throw new ProtocolError(`the router answered ${kind} ${request}, which was never sent`);
    }
    const pending = this.#pending.get(request);
    if (pending === undefined) return undefined;
    if (pending.kind !== kind) {
      throw new ProtocolError(`the router answered ${kind} ${request}, which was a ${pending.kind}`);
    }
    return pending;
  }

  #take(kind: RequestName, request: WireRequestId): Pending<Handler> | undefined {
    const pending = this.#peek(kind, request);
    if (pending !== undefined) this.#pending.delete(request);
    return pending;
  }
}
