import type { RequestName } from "./codes.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { isId } from "./fields.js";
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
import type { SessionEvent } from "./session-events.js";

export type SessionState = "new" | "greeting" | "authenticating" | "established" | "closing" | "closed";

/** The requests of a client that the router answers. */
type PendingKind = Exclude<RequestName, "INVOCATION">;

interface Pending<Ticket> {
  readonly kind: PendingKind;
  readonly ticket: Ticket;
}

/**
 * The client's side of one WAMP session, without input and output: what a method returns is to be sent in the same turn,
 * since strict routers end a session whose request ids are not sequential.
 *
 * `Ticket` is whatever the caller wants back with the answer. This is the one table of what is pending on the wire: a
 * ticket leaves it exactly once, by its answer, by `forget` or by `lost`.
 */
export class Session<Ticket> {
  readonly #realm: string;
  readonly #details: Dict;
  #state: SessionState = "new";
  #lastRequest = 0;
  /** In the order of the requests. */
  readonly #pending = new Map<WireRequestId, Pending<Ticket>>();

  /** @param details `HELLO.Details` */
  constructor(realm: string, details: Dict) {
    this.#realm = realm;
    this.#details = details;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** How many requests wait for an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  hello(): Hello {
    this.#require("new");
    this.#state = "greeting";
    return { type: "HELLO", realm: this.#realm, details: this.#details };
  }

  authenticate(signature: string, extra: Dict): Authenticate {
    this.#require("authenticating");
    return { type: "AUTHENTICATE", signature, extra };
  }

  call(
    { procedure, options, payload }: { procedure: string; options: Dict; payload: Payload },
    ticket: Ticket,
  ): Call {
    return { type: "CALL", request: this.#issue("CALL", ticket), options, procedure, payload };
  }

  /** Without a ticket the publication is unacknowledged and nothing is pending. */
  publish(
    { topic, options, payload }: { topic: string; options: Dict; payload: Payload },
    ticket: Ticket | undefined,
  ): Publish {
    const request = ticket === undefined ? this.#nextRequest() : this.#issue("PUBLISH", ticket);
    return { type: "PUBLISH", request, options, topic, payload };
  }

  subscribe({ topic, options }: { topic: string; options: Dict }, ticket: Ticket): Subscribe {
    return { type: "SUBSCRIBE", request: this.#issue("SUBSCRIBE", ticket), options, topic };
  }

  unsubscribe(subscription: WireSubscriptionId, ticket: Ticket): Unsubscribe {
    return { type: "UNSUBSCRIBE", request: this.#issue("UNSUBSCRIBE", ticket), subscription };
  }

  register({ procedure, options }: { procedure: string; options: Dict }, ticket: Ticket): Register {
    return { type: "REGISTER", request: this.#issue("REGISTER", ticket), options, procedure };
  }

  unregister(registration: WireRegistrationId, ticket: Ticket): Unregister {
    return { type: "UNREGISTER", request: this.#issue("UNREGISTER", ticket), registration };
  }

  /** Asks the router to end a call. Settles nothing: the call's answer does, or `forget`. */
  cancel(request: WireRequestId, options: Dict): Cancel {
    this.#require("established");
    return { type: "CANCEL", request, options };
  }

  /** Gives a request up: its late answer will be "ignored". Does nothing for one that is not pending. */
  forget(request: WireRequestId): void {
    this.#pending.delete(request);
  }

  /**
   * What a message of the router means. Throws `ProtocolError` for one that is wrong in this state; the caller then sends
   * what `abort` returns. After the end of the session everything is "ignored": it may have crossed our last message.
   */
  receive(message: RouterMessage): SessionEvent<Ticket> {
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
    return { type: "ABORT", details: { message }, reason };
  }

  /** The connection is gone. Returns every ticket still pending, once, in the order of the requests. */
  lost(): Ticket[] {
    this.#state = "closed";
    const tickets = Array.from(this.#pending.values(), ({ ticket }) => ticket);
    this.#pending.clear();
    return tickets;
  }

  #receiveOpening(message: RouterMessage): SessionEvent<Ticket> {
    switch (message.type) {
      case "WELCOME":
        this.#state = "established";
        return { kind: "welcome", session: message.session, details: message.details };
      case "CHALLENGE":
        // There may be several rounds (WAMP, "Authentication Methods").
        this.#state = "authenticating";
        return { kind: "challenge", method: message.method, extra: message.extra };
      case "ABORT":
        this.#state = "closed";
        return { kind: "aborted", reason: message.reason, details: message.details };
      default:
        throw new ProtocolError(`${message.type} came before WELCOME`);
    }
  }

  #receiveEstablished(message: RouterMessage): SessionEvent<Ticket> {
    switch (message.type) {
      case "EVENT": {
        const { subscription, publication, details, payload } = message;
        return { kind: "event", subscription, publication, details, payload };
      }
      case "INVOCATION": {
        const { request, registration, details, payload } = message;
        return { kind: "invocation", request, registration, details, payload };
      }
      case "INTERRUPT":
        return { kind: "interrupt", request: message.request, options: message.options };
      case "RESULT": {
        const { request, details, payload } = message;
        const progress = details["progress"] === true;
        const pending = progress ? this.#peek("CALL", request) : this.#take("CALL", request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "result", ticket: pending.ticket, progress, details, payload };
      }
      case "PUBLISHED": {
        const pending = this.#take("PUBLISH", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "published", ticket: pending.ticket, publication: message.publication };
      }
      case "SUBSCRIBED": {
        const pending = this.#take("SUBSCRIBE", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "subscribed", ticket: pending.ticket, subscription: message.subscription };
      }
      case "REGISTERED": {
        const pending = this.#take("REGISTER", message.request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "registered", ticket: pending.ticket, registration: message.registration };
      }
      case "UNSUBSCRIBED": {
        const revoked = revocation(message.request, message.details, "subscription");
        if (revoked !== undefined) {
          return {
            kind: "subscription-revoked",
            subscription: revoked.id as WireSubscriptionId,
            reason: revoked.reason,
          };
        }
        const pending = this.#take("UNSUBSCRIBE", message.request);
        return pending === undefined ? { kind: "ignored" } : { kind: "unsubscribed", ticket: pending.ticket };
      }
      case "UNREGISTERED": {
        const revoked = revocation(message.request, message.details, "registration");
        if (revoked !== undefined) {
          return {
            kind: "registration-revoked",
            registration: revoked.id as WireRegistrationId,
            reason: revoked.reason,
          };
        }
        const pending = this.#take("UNREGISTER", message.request);
        return pending === undefined ? { kind: "ignored" } : { kind: "unregistered", ticket: pending.ticket };
      }
      case "ERROR": {
        const { requestType, request, error, details, payload } = message;
        const pending = this.#take(requestType, request);
        if (pending === undefined) return { kind: "ignored" };
        return { kind: "error", ticket: pending.ticket, request: requestType, uri: error, details, payload };
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

  #issue(kind: PendingKind, ticket: Ticket): WireRequestId {
    const request = this.#nextRequest();
    this.#pending.set(request, { kind, ticket });
    return request;
  }

  /** The request that an answer is for; `undefined` when nobody waits for it any more. */
  #peek(kind: RequestName, request: WireRequestId): Pending<Ticket> | undefined {
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

  #take(kind: RequestName, request: WireRequestId): Pending<Ticket> | undefined {
    const pending = this.#peek(kind, request);
    if (pending !== undefined) this.#pending.delete(request);
    return pending;
  }
}

/** A revocation, if the message is one: request 0 (WAMP, "Subscription Revocation", "Registration Revocation"). */
function revocation(
  request: number,
  details: Dict | undefined,
  key: "subscription" | "registration",
): { readonly id: number; readonly reason: string } | undefined {
  if (request !== 0) return undefined;
  const id = details?.[key];
  const reason = details?.["reason"];
  if (!isId(id)) throw new ProtocolError(`a revocation without the id of the ${key}`);
  return { id, reason: typeof reason === "string" ? reason : "" };
}
