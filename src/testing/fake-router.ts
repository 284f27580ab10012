import type { MessageName } from "../protocol/codes.js";
import type { Dict } from "../protocol/dict.js";
import type {
  PublicationId,
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "../protocol/ids.js";
import type { ClientMessage, ErrorMessage, RouterMessage } from "../protocol/messages.js";
import type { Payload } from "../protocol/payload.js";
import { checkUri, matches } from "../protocol/uri.js";
import type { MatchPolicy } from "../protocol/uri.js";
import type { FakeSocket, FakeSocketFactory } from "./fake-sockets.js";
import { WELCOME_DETAILS } from "./fake-sockets.js";

export type Sent<Name extends ClientMessage["type"]> = Extract<ClientMessage, { readonly type: Name }>;

interface Pattern<Id> {
  readonly uri: string;
  readonly match: MatchPolicy;
  readonly id: Id;
  readonly invoke: string;
}

/** A message on its way to the hub that the test holds back. */
export interface HeldMessage {
  readonly message: RouterMessage;
  readonly socket: FakeSocket;
}

export type RequestMessage = Sent<
  "CALL" | "PUBLISH" | "SUBSCRIBE" | "UNSUBSCRIBE" | "REGISTER" | "UNREGISTER"
>;

/**
 * A router that answers as Crossbar.io and Nexus do (the same id for a second SUBSCRIBE, ERROR for a
 * second REGISTER with `single`, …) and is as strict: what would have ended the session of every tab is in `violations`. It knows
 * one session at a time, the newest; of others it takes HELLO and GOODBYE only.
 */
export class FakeRouter {
  /** What of the hub's doing a strict router would have closed the socket for. */
  readonly violations: string[] = [];
  /** Messages of the hub on the newest connection. */
  received: ClientMessage[] = [];
  connections = 0;
  details: Dict = WELCOME_DETAILS;
  /** Whether sockets are accepted at all. */
  up = true;
  /** Whether a publication comes back before its PUBLISHED. */
  eventFirst = false;
  /** Whether the retained event comes before its SUBSCRIBED. */
  retainedFirst = false;
  /** Answers instead of the router; true: it has dealt with the message. */
  override: (message: ClientMessage) => boolean = () => false;
  /** Called with each message that is given to the socket, after what was held back has been released too. */
  onDelivered: (message: RouterMessage) => void = () => undefined;
  readonly held: HeldMessage[] = [];

  readonly #holding = new Set<MessageName | "*">();
  readonly #retained = new Map<string, { readonly publication: PublicationId; readonly payload: Payload }>();
  #subscriptions: Pattern<WireSubscriptionId>[] = [];
  #registrations: Pattern<WireRegistrationId>[] = [];
  /** Calls by the request id of their INVOCATION; without `call` the caller is another session. */
  #invocations = new Map<WireRequestId, { readonly call: WireRequestId | undefined; begun: boolean }>();
  #socket: FakeSocket | undefined;
  #lastRequest = 0;
  #lastId = 1_000;
  #lastInvocation = 0;

  constructor(sockets: FakeSocketFactory) {
    sockets.onOpen = (socket) => {
      if (this.up) this.#accept(socket);
      else socket.drop();
    };
  }

  get socket(): FakeSocket {
    if (this.#socket === undefined) throw new Error("Nobody is connected");
    return this.#socket;
  }

  /** Messages of the hub of one type, on the newest connection, in order. */
  got<Name extends ClientMessage["type"]>(type: Name): Sent<Name>[] {
    return this.received.filter((message): message is Sent<Name> => message.type === type);
  }

  /** The topics and match policies that the session is subscribed to, as the router sees it. */
  get subscriptions(): string[] {
    return this.#subscriptions.map(({ match, uri }) => `${match} ${uri}`);
  }

  get registrations(): string[] {
    return this.#registrations.map(({ match, uri }) => `${match} ${uri}`);
  }

  subscriptionId(uri: string, match: MatchPolicy = "exact"): WireSubscriptionId {
    return found(this.#subscriptions, uri, match).id;
  }

  registrationId(uri: string, match: MatchPolicy = "exact"): WireRegistrationId {
    return found(this.#registrations, uri, match).id;
  }

  /** Holds messages of these types back (all without a type) until `release`. */
  hold(...types: readonly MessageName[]): void {
    for (const type of types) this.#holding.add(type);
    if (types.length === 0) this.#holding.add("*");
  }

  /** Lets go what is held, in its order or reversed, and holds no more. */
  release(order: "fifo" | "lifo" = "fifo"): void {
    this.#holding.clear();
    const waiting = this.held.splice(0);
    for (const one of order === "fifo" ? waiting : waiting.reverse()) this.deliver(one);
  }

  /** Gives one message to the hub. */
  deliver({ message, socket }: HeldMessage): void {
    if (socket.state === "closed") return;
    this.onDelivered(message);
    socket.receive(message);
  }

  /** Another session publishes. Returns the publication id. */
  publish(topic: string, payload: Payload, retain = false): PublicationId {
    const publication = this.#newId<PublicationId>();
    if (retain) this.#retained.set(topic, { publication, payload });
    this.#dispatch(topic, publication, payload);
    return publication;
  }

  /** Another session calls a procedure of ours. Returns the request id of the INVOCATION. */
  invoke(procedure: string, payload: Payload, details: Dict = {}): WireRequestId {
    return this.#invoke(found(this.#registrations, procedure, "exact").id, undefined, payload, details);
  }

  /** The caller of an invocation gives up. */
  interrupt(request: WireRequestId, options: Dict): void {
    this.#emit({ type: "INTERRUPT", request, options });
  }

  /** The connection breaks. */
  drop(): void {
    this.#socket?.drop();
    this.#socket = undefined;
    this.#subscriptions = [];
    this.#registrations = [];
    this.held.splice(0);
  }

  /** Says something out of the blue. */
  say(message: RouterMessage): void {
    this.#emit(message);
  }

  #accept(socket: FakeSocket): void {
    this.#socket = socket;
    this.connections += 1;
    this.received = [];
    this.#subscriptions = [];
    this.#registrations = [];
    this.#invocations = new Map();
    this.#lastRequest = 0;
    this.#lastInvocation = 0;
    socket.onMessage = (message) => {
      // What is on its way when the connection breaks does not arrive.
      if (socket.state !== "open") return;
      this.received.push(message);
      this.#judge(message);
      if (!this.override(message)) this.#answer(message, socket);
    };
    socket.accept();
  }

  #emit(message: RouterMessage, socket = this.socket): void {
    if (this.#holding.has("*") || this.#holding.has(message.type)) this.held.push({ message, socket });
    else this.deliver({ message, socket });
  }

  #answer(message: ClientMessage, socket: FakeSocket): void {
    switch (message.type) {
      case "HELLO":
        this.deliver({
          message: { type: "WELCOME", session: this.#newId<WampSessionId>(), details: this.details },
          socket,
        });
        return;
      case "GOODBYE":
        this.#emit({ type: "GOODBYE", details: {}, reason: "wamp.close.normal" }, socket);
        return;
      case "SUBSCRIBE":
        return this.#subscribe(message);
      case "UNSUBSCRIBE": {
        const { request, subscription } = message;
        const index = this.#subscriptions.findIndex(({ id }) => id === subscription);
        if (index < 0) return this.#refuse(message, "wamp.error.no_such_subscription");
        this.#subscriptions.splice(index, 1);
        this.#emit({ type: "UNSUBSCRIBED", request, details: undefined });
        return;
      }
      case "REGISTER":
        return this.#register(message);
      case "UNREGISTER": {
        const { request, registration } = message;
        const index = this.#registrations.findIndex(({ id }) => id === registration);
        if (index < 0) return this.#refuse(message, "wamp.error.no_such_registration");
        this.#registrations.splice(index, 1);
        this.#emit({ type: "UNREGISTERED", request, details: undefined });
        return;
      }
      case "PUBLISH":
        return this.#published(message);
      case "CALL":
        return this.#call(message);
      case "CANCEL":
        return this.#cancel(message);
      case "YIELD":
      case "ERROR":
        return this.#invocationAnswered(message);
      case "ABORT":
      case "AUTHENTICATE":
        return;
    }
  }

  #subscribe({ request, topic, options }: Sent<"SUBSCRIBE">): void {
    const match = policyOf(options);
    const known = this.#subscriptions.find((one) => one.uri === topic && one.match === match);
    const id = known?.id ?? this.#newId<WireSubscriptionId>();
    if (known === undefined) this.#subscriptions.push({ uri: topic, match, id, invoke: "" });
    const subscribed = (): void => this.#emit({ type: "SUBSCRIBED", request, subscription: id });
    if (!this.retainedFirst) subscribed();
    if (options["get_retained"] === true) {
      for (const [retainedTopic, { publication, payload }] of this.#retained) {
        if (!matches(match, topic, retainedTopic)) continue;
        const details = { retained: true, ...(match !== "exact" && { topic: retainedTopic }) };
        this.#emit({ type: "EVENT", subscription: id, publication, details, payload });
      }
    }
    if (this.retainedFirst) subscribed();
  }

  #register(message: Sent<"REGISTER">): void {
    const { request, procedure, options } = message;
    const match = policyOf(options);
    const invoke = typeof options["invoke"] === "string" ? options["invoke"] : "single";
    const known = this.#registrations.find((one) => one.uri === procedure && one.match === match);
    if (known !== undefined && options["force_reregister"] !== true) {
      if (known.invoke === "single" || invoke !== known.invoke)
        return this.#refuse(message, "wamp.error.procedure_already_exists");
      this.#emit({ type: "REGISTERED", request, registration: known.id });
      return;
    }
    if (known !== undefined) this.#registrations.splice(this.#registrations.indexOf(known), 1);
    const id = this.#newId<WireRegistrationId>();
    this.#registrations.push({ uri: procedure, match, id, invoke });
    this.#emit({ type: "REGISTERED", request, registration: id });
  }

  #published({ request, topic, options, payload }: Sent<"PUBLISH">): void {
    const publication = this.#newId<PublicationId>();
    if (options["retain"] === true) this.#retained.set(topic, { publication, payload });
    const acknowledge = (): void => {
      if (options["acknowledge"] === true) this.#emit({ type: "PUBLISHED", request, publication });
    };
    if (!this.eventFirst) acknowledge();
    if (options["exclude_me"] === false) this.#dispatch(topic, publication, payload);
    if (this.eventFirst) acknowledge();
  }

  #dispatch(topic: string, publication: PublicationId, payload: Payload): void {
    for (const { uri, match, id } of this.#subscriptions) {
      if (!matches(match, uri, topic)) continue;
      const details: Dict = match === "exact" ? {} : { topic };
      this.#emit({ type: "EVENT", subscription: id, publication, details, payload });
    }
  }

  #call(message: Sent<"CALL">): void {
    const { request, procedure, options, payload } = message;
    const callee = this.#registrations.find(({ uri, match }) => matches(match, uri, procedure));
    if (callee === undefined) return this.#refuse(message, "wamp.error.no_such_procedure");
    const progress = options["receive_progress"] === true ? { receive_progress: true } : {};
    this.#invoke(callee.id, request, payload, progress);
  }

  #invoke(
    registration: WireRegistrationId,
    call: WireRequestId | undefined,
    payload: Payload,
    details: Dict,
  ): WireRequestId {
    this.#lastInvocation += 1;
    const request = this.#lastInvocation as WireRequestId;
    this.#invocations.set(request, { call, begun: false });
    this.#emit({ type: "INVOCATION", request, registration, details, payload });
    return request;
  }

  #cancel({ request: call, options }: Sent<"CANCEL">): void {
    for (const [request, invocation] of this.#invocations) {
      if (invocation.call !== call) continue;
      if (options["mode"] === "skip") return void this.#invocations.delete(request);
      this.#emit({ type: "INTERRUPT", request, options });
      if (options["mode"] === "kill") return;
      this.#invocations.delete(request);
      this.#error("CALL", call, "wamp.error.canceled");
    }
  }

  #invocationAnswered(message: Sent<"YIELD"> | Sent<"ERROR">): void {
    const { request, payload } = message;
    const invocation = this.#invocations.get(request);
    if (invocation === undefined) return;
    const progress = message.type === "YIELD" && message.options["progress"] === true;
    if (!progress) this.#invocations.delete(request);
    const { call } = invocation;
    if (call === undefined) return;
    if (message.type === "ERROR") {
      const { details, error } = message;
      this.#emit({ type: "ERROR", requestType: "CALL", request: call, details, error, payload });
    } else {
      this.#emit({ type: "RESULT", request: call, details: progress ? { progress } : {}, payload });
    }
  }

  /** Invocations that the router waits for. */
  get unanswered(): number {
    return this.#invocations.size;
  }

  #refuse(message: RequestMessage, error: string): void {
    this.#error(message.type, message.request, error);
  }

  #error(requestType: ErrorMessage["requestType"], request: WireRequestId, error: string): void {
    const payload: Payload = { serializer: this.#serializer(), count: 0, data: "" };
    this.#emit({ type: "ERROR", requestType, request, details: {}, error, payload });
  }

  #serializer(): Payload["serializer"] {
    return this.socket.subprotocols[0] === "wamp.2.msgpack" ? "msgpack" : "json";
  }

  #newId<Id extends number>(): Id {
    this.#lastId += 1;
    return this.#lastId as Id;
  }

  /** What Crossbar.io closes the socket for. */
  #judge(message: ClientMessage): void {
    const blame = (what: string): void => void this.violations.push(`${message.type}: ${what}`);
    switch (message.type) {
      case "CALL":
      case "PUBLISH":
      case "SUBSCRIBE":
      case "UNSUBSCRIBE":
      case "REGISTER":
      case "UNREGISTER":
        this.#lastRequest += 1;
        if (message.request !== this.#lastRequest)
          blame(`request id ${message.request} instead of ${this.#lastRequest}`);
        break;
      case "CANCEL":
        if (!["skip", "kill", "killnowait"].includes(String(message.options["mode"]))) blame("unknown mode");
        break;
      case "ERROR":
        if (checkUri(message.error, "error", "loose") !== undefined) blame(`URI ${message.error}`);
        break;
      case "HELLO":
      case "AUTHENTICATE":
      case "ABORT":
      case "GOODBYE":
      case "YIELD":
        break;
    }
    const uri = "topic" in message ? message.topic : "procedure" in message ? message.procedure : undefined;
    const match = "options" in message ? policyOf(message.options) : "exact";
    const use = match === "exact" ? "topic" : { pattern: match };
    if (uri !== undefined && checkUri(uri, use, "loose") !== undefined) blame(`URI ${JSON.stringify(uri)}`);
  }
}

function policyOf({ match }: Dict): MatchPolicy {
  return match === "prefix" || match === "wildcard" ? match : "exact";
}

function found<Id>(patterns: readonly Pattern<Id>[], uri: string, match: MatchPolicy): Pattern<Id> {
  const pattern = patterns.find((one) => one.uri === uri && one.match === match);
  if (pattern === undefined) throw new Error(`The router knows no ${match} ${uri}`);
  return pattern;
}
