import { ticketAuthenticator } from "../router/core/authenticators.js";
import type { Dict } from "../protocol/dict.js";
import { ProtocolError } from "../protocol/errors.js";
import type {
  PublicationId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "../protocol/ids.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import type { Payload } from "../protocol/payload.js";
import type { MatchPolicy } from "../protocol/uri.js";
import { withSwitches } from "../router/core/features.js";
import { convertPayload } from "../router/core/frames.js";
import { RouterCore } from "../router/core/router-core.js";
import type { RouterSession } from "../router/core/router-session.js";
import type { Clock } from "../web/clock.js";
import { WELCOME_DETAILS } from "./fake-sockets.js";
import { subprotocolFor } from "./subprotocol-for.js";
import type { FakeSocket, FakeSocketFactory } from "./fake-sockets.js";
import { ForeignSession } from "./foreign-session.js";
import { HeldDelivery } from "./held-delivery.js";
import { violation } from "./strictness.js";

export type Sent<Name extends ClientMessage["type"]> = Extract<ClientMessage, { readonly type: Name }>;

/** A connection from the hub: one socket and its session in the core. */
interface Connection {
  readonly socket: FakeSocket;
  readonly session: RouterSession;
  /** Calls that the hub has canceled with mode `skip`. */
  readonly skipped: Set<WireRequestId>;
}

/** A call from another session, whose INVOCATION can be interrupted. */
interface ForeignCall {
  readonly caller: ForeignSession;
  readonly call: WireRequestId;
}

const REALMS = ["realm1", "realm2"];
const [REALM = ""] = REALMS;

/** The topics with an event history. */
const HISTORY = [
  { uri: "com.kept", match: "exact", limit: 10_000 },
  { uri: "com.kept", match: "prefix", limit: 10_000 },
  { uri: "com.short", match: "exact", limit: 3 },
] as const;

/**
 * The core of the development router behind fake sockets; the test controls the other clients and the delivery to the hub. It is stricter
 * than the core: `violations` records every message for which Crossbar.io would close the socket, and with it the session of every tab.
 */
export class MemoryRouter extends HeldDelivery {
  readonly violations: string[] = [];
  /** Messages from the hub since the newest connection was opened. */
  received: ClientMessage[] = [];
  connections = 0;
  /** Details of WELCOME. */
  details: Dict = WELCOME_DETAILS;
  /** Tickets by authid. */
  readonly tickets = new Map([["joe", "right"]]);
  /** False while sockets are refused. */
  up = true;
  /** True if the router knows batched subprotocols, and so chooses one. */
  batched = false;
  /** True if a CANCEL with mode `skip` is answered with ERROR, as by Nexus; Crossbar.io does not answer it. */
  answersSkip = false;
  /** Answers a message from the hub instead of the core; returns true if it did. */
  override: (message: ClientMessage) => boolean = () => false;

  readonly #core: RouterCore;
  readonly #behaviour = {
    eventBeforePublished: false,
    retainedBeforeSubscribed: false,
    abortReason: undefined,
  };
  readonly #foreign = new Map<Payload["serializer"], ForeignSession>();
  readonly #foreignCalls = new Map<WireRequestId, ForeignCall>();
  #connection: Connection | undefined;
  #lastInvocation = 0 as WireRequestId;
  /** Details that the test adds to the INVOCATION being sent. */
  #invocationDetails: Dict = {};
  /** Options of the INTERRUPT being sent, if the test chooses them. */
  #interruptOptions: Dict | undefined;

  /** @param later runs a task in a later turn of the event loop, for a router with a `queueLimit` */
  constructor(sockets: FakeSocketFactory, clock: Clock, later: (task: () => void) => void = queueMicrotask) {
    super(later);
    let lastId = 1_000;
    const environment = {
      after: (milliseconds: number, task: () => void) => clock.after(milliseconds, task),
      randomId: () => ++lastId,
      random: () => 0,
    };
    const settings = {
      realms: REALMS,
      anonymous: true,
      authenticators: new Map([["ticket", ticketAuthenticator(this.tickets)]]),
      features: withSwitches({}),
      codecs: sockets.codecs,
      eventHistory: { topics: HISTORY, form: "crossbar" as const },
      log: () => undefined,
    };
    this.#core = new RouterCore(settings, environment, this.#behaviour);
    sockets.onOpen = (socket) => {
      if (this.up) this.#accept(socket);
      else socket.drop();
    };
  }

  /** Sends the hub its own EVENT before PUBLISHED, if true. */
  set eventFirst(on: boolean) {
    this.#behaviour.eventBeforePublished = on;
  }

  /** Sends retained events before SUBSCRIBED, if true. */
  set retainedFirst(on: boolean) {
    this.#behaviour.retainedBeforeSubscribed = on;
  }

  /** The hub's newest socket. */
  get socket(): FakeSocket {
    if (this.#connection === undefined) throw new Error("the hub is not connected");
    return this.#connection.socket;
  }

  /** Returns the hub's messages of one type on the newest connection, in order. */
  got<Name extends ClientMessage["type"]>(type: Name): Sent<Name>[] {
    return this.received.filter((message): message is Sent<Name> => message.type === type);
  }

  /** Match policies and topics of the hub's subscriptions at the router. */
  get subscriptions(): string[] {
    return this.#subscriptions.map(({ match, topic }) => `${match} ${topic}`);
  }

  /** Match policies and procedures of the hub's registrations at the router. */
  get registrations(): string[] {
    return this.#registrations.map(({ match, procedure }) => `${match} ${procedure}`);
  }

  subscriptionId(topic: string, match: MatchPolicy = "exact"): WireSubscriptionId {
    const found = this.#subscriptions.find((one) => one.topic === topic && one.match === match);
    if (found === undefined) throw new Error(`the hub has not subscribed to ${match} ${topic}`);
    return found.id;
  }

  registrationId(procedure: string, match: MatchPolicy = "exact"): WireRegistrationId {
    const found = this.#registrations.find((one) => one.procedure === procedure && one.match === match);
    if (found === undefined) throw new Error(`the hub has not registered ${match} ${procedure}`);
    return found.id;
  }

  /** Number of calls that wait for an answer from the hub. */
  get unanswered(): number {
    const { established } = this.#connection?.session ?? {};
    return established?.realm.dealer.unansweredBy(established.member) ?? 0;
  }

  /** Publishes from another session. Returns the publication id. */
  publish(topic: string, payload: Payload, retain = false): PublicationId {
    return this.#foreignSession(payload).publish(topic, payload, retain);
  }

  /**
   * Calls a procedure of the hub from another session. The details are added to those of the INVOCATION, whose id is returned.
   */
  invoke(procedure: string, payload: Payload, details: Dict = {}): WireRequestId {
    const last = this.#lastInvocation;
    this.#invocationDetails = details;
    const caller = this.#foreignSession(payload);
    const options = details["receive_progress"] === true ? { receive_progress: true } : {};
    const call = caller.call(procedure, payload, options);
    this.#invocationDetails = {};
    const request = this.#lastInvocation;
    if (request === last) throw new Error(`the hub is not invoked for ${procedure}`);
    this.#foreignCalls.set(request, { caller, call });
    return request;
  }

  /** Makes the caller of an invocation cancel its call; the INTERRUPT has the given options. */
  interrupt(request: WireRequestId, options: Dict): void {
    const foreign = this.#foreignCalls.get(request);
    const { mode } = options;
    if (foreign === undefined || (mode !== "kill" && mode !== "killnowait")) {
      this.send({ type: "INTERRUPT", request, options });
      return;
    }
    this.#interruptOptions = options;
    foreign.caller.cancel(foreign.call, { mode });
    this.#interruptOptions = undefined;
  }

  /** Breaks the connection; held messages are lost. */
  drop(): void {
    this.#connection?.socket.drop();
    this.#connection = undefined;
    this.held.splice(0);
  }

  /** Sends an unprompted message. */
  send(message: RouterMessage): void {
    this.emit(message, this.socket);
  }

  get #subscriptions() {
    const { established } = this.#connection?.session ?? {};
    return established?.realm.broker.of(established.member) ?? [];
  }

  get #registrations() {
    const { established } = this.#connection?.session ?? {};
    return established?.realm.registry.of(established.member) ?? [];
  }

  #foreignSession({ serializer }: Payload): ForeignSession {
    const known = this.#foreign.get(serializer);
    if (known !== undefined) return known;
    const session = new ForeignSession(this.#core, REALM, serializer);
    this.#foreign.set(serializer, session);
    return session;
  }

  #accept(socket: FakeSocket): void {
    this.connections += 1;
    this.received = [];
    this.#foreignCalls.clear();
    this.#lastInvocation = 0 as WireRequestId;
    socket.accept(this.batched ? socket.subprotocols[0] : undefined);
    const { serializer, codecs } = socket;
    const convert = (payload: Payload): Payload => convertPayload(payload, serializer, codecs);
    const session = this.#core.accept({
      subprotocol: subprotocolFor(serializer.name),
      serializer,
      convert,
      send: (message) => {
        this.#send(
          "payload" in message ? { ...message, payload: convert(message.payload) } : message,
          connection,
        );
      },
      close: (code) => {
        this.close(socket, code);
      },
    });
    const connection: Connection = { socket, session, skipped: new Set() };
    this.#connection = connection;
    socket.onMessage = (message) => {
      this.#receive(message, connection);
    };
    socket.onClosed = () => {
      session.closed();
    };
  }

  #receive(message: ClientMessage, { socket, session, skipped }: Connection): void {
    // A message in flight when the connection breaks does not arrive.
    if (socket.state !== "open") return;
    this.received.push(message);
    const wrong = violation(message);
    if (wrong !== undefined) this.violations.push(wrong);
    if (message.type === "CANCEL" && message.options["mode"] === "skip") skipped.add(message.request);
    try {
      if (!this.override(message)) session.received(message);
      else session.skip(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.violations.push(error.message);
      session.violated(error);
    }
  }

  #send(message: RouterMessage, { socket, skipped }: Connection): void {
    switch (message.type) {
      case "WELCOME": {
        const { authid, authmethod } = message.details;
        const identity = authmethod === "anonymous" ? {} : { authid };
        this.greet({ message: { ...message, details: { ...identity, ...this.details } }, socket });
        return;
      }
      case "INVOCATION": {
        this.#lastInvocation = message.request;
        const details = { ...message.details, ...this.#invocationDetails };
        this.emit({ ...message, details }, socket);
        return;
      }
      case "INTERRUPT":
        this.emit({ ...message, options: this.#interruptOptions ?? message.options }, socket);
        return;
      case "ERROR":
        if (message.requestType === "CALL" && skipped.delete(message.request) && !this.answersSkip) return;
        this.emit(message, socket);
        return;
      default:
        this.emit(message, socket);
    }
  }
}
