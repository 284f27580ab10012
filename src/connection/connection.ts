import type { AuthExchange } from "../auth/auth-method.js";
import type { Serializer } from "../codec/serializer.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { Dict } from "../protocol/dict.js";
import { helloDetails } from "../protocol/hello.js";
import { MAX_ID } from "../protocol/ids.js";
import type { WireSubscriptionId } from "../protocol/ids.js";
import type { Authenticate, Hello, RouterMessage } from "../protocol/messages.js";
import { Session } from "../protocol/session.js";
import type { SessionEvent } from "../protocol/session-events.js";
import {
  closedByUs,
  disconnected,
  endedByRouter,
  errorText,
  noCredential,
  notLoaded,
  notOpened,
  noWelcome,
  refused,
  tooBig,
  violated,
} from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import { EstablishedSession } from "./established-session.js";
import type { Welcome } from "./established-session.js";
import type { GateRules } from "./gate/gate.js";
import { MessageSocket } from "./message-socket.js";
import { Preparation } from "./preparation.js";
import type { ConnectionAccess } from "./preparation.js";
import { RequestWindow } from "./request-window.js";
import type { AnswerHandler, UnaskedEvent } from "./wire-session.js";

export interface ConnectionEvents {
  welcomed(session: EstablishedSession): void;
  /** Called after WELCOME with messages that do not answer a request; GOODBYE and ABORT are reported by `closed`. */
  received(event: UnaskedEvent): void;
  /** Called once; no other event follows. */
  closed(disconnection: Disconnection): void;
}

type Phase =
  /** The application is being asked for what the attempt needs; there is no socket yet. */
  | "preparing"
  /** The socket is opening. */
  | "opening"
  /** HELLO has been sent, WELCOME has not arrived. */
  | "joining"
  | "online"
  /** The hub's GOODBYE has been sent. */
  | "leaving"
  | "closed";

/** Milliseconds that the router has to answer the hub's GOODBYE. */
const GOODBYE_TIMEOUT = 2_000;
/** Milliseconds that a router has for a sign of life when it is asked for one. */
const PROBE_TIMEOUT = 5_000;

const VIOLATION = "wamp.error.protocol_violation";

/** One connection, from its preparation through the socket, HELLO and WELCOME to its end, for whatever reason. */
export class Connection {
  #phase: Phase = "preparing";
  #socket: MessageSocket | undefined;
  readonly #preparation: Preparation;
  /** The authentication exchange, which holds the secret, and is discarded with the connection. */
  #exchange: AuthExchange | undefined;
  /** True once AUTHENTICATE was due: from then until WELCOME, the secret may be the reason for whatever fails. */
  #secretSent = false;
  #stopDeadline: () => void = () => undefined;
  readonly #core = new Session<AnswerHandler>();
  readonly #window: RequestWindow;
  #session: EstablishedSession | undefined;
  /** True while the router is asked for a sign of life. */
  #isSuspected = false;
  /** Clock time at which the router was last asked something in the handshake. */
  #askedAt = 0;

  /**
   * @param rules the rules for messages, which outlive the connection
   * @param url the public URL, for the status and messages
   */
  constructor(
    private readonly env: ConnectionEnvironment,
    private readonly config: SessionConfig,
    private readonly rules: GateRules,
    private readonly url: string,
    access: ConnectionAccess,
    private readonly events: ConnectionEvents,
  ) {
    this.#window = new RequestWindow(env.clock, () => this.#probe());
    this.#preparation = new Preparation(access, {
      ready: (exchange, address) => this.#dial(exchange, address),
      failed: (what, error) => this.#close(noCredential(what, errorText(error))),
    });
  }

  open(): void {
    this.#preparation.start();
  }

  /** Stops waiting for the secret or the query and asks for it again; does nothing once the socket is opening. */
  askAgain(): void {
    if (this.#phase === "preparing") this.#preparation.askAgain();
  }

  /** Sends GOODBYE if there is a session, and waits for the answer for a limited time; then `closed` is called. */
  close(reason: string): void {
    if (this.#phase === "leaving" || this.#phase === "closed") return;
    const disconnection = closedByUs(reason);
    if (this.#phase !== "online") {
      this.#close(disconnection);
      return;
    }
    this.#socket?.send(this.#core.goodbye(reason));
    this.#phase = "leaving";
    this.#window.close();
    this.#stopDeadline();
    this.#stopDeadline = this.env.clock.after(GOODBYE_TIMEOUT, () => {
      this.#close(disconnection);
    });
  }

  #dial(exchange: AuthExchange, address: string): void {
    const { connectTimeout, serializers } = this.config;
    const { codecs } = this.env;
    this.#phase = "opening";
    this.#exchange = exchange;
    this.#stopDeadline = this.env.clock.after(connectTimeout, () => {
      this.#close(noWelcome(this.url, connectTimeout));
    });
    try {
      const offered = subprotocolsOf(codecs.usable(serializers));
      const socket = new MessageSocket(this.env.sockets, address, offered, codecs, {
        opened: () => this.#greet(exchange),
        received: (message, serializer) => {
          this.#receive(message, socket, serializer);
        },
        notLoaded: (serializer, reason) => {
          this.#close(notLoaded(this.url, serializer, reason));
        },
        violated: (words) => {
          this.#violation(words);
        },
        closed: (wasOpen, code, reason) => this.#close(disconnected(this.url, wasOpen, code, reason)),
      });
      this.#socket = socket;
    } catch (error) {
      this.#close(notOpened(this.url, error instanceof Error ? error.name : typeof error));
    }
  }

  #greet({ method, hello }: AuthExchange): void {
    this.#phase = "joining";
    const details = helloDetails({ authmethods: [method], agent: this.env.agent, ...hello });
    this.#askedAt = this.env.clock.now();
    this.#sendWithinLimit(this.#core.hello(this.config.realm, details));
  }

  /** Sends a message of the handshake unless it is too big: a router may answer that by closing the socket, for ever. */
  #sendWithinLimit(message: Hello | Authenticate): void {
    const { bytes } = this.rules.sizeLimit;
    const size = this.#socket?.send(message, bytes);
    if (size !== undefined) this.#close(tooBig(message.type, size, bytes));
  }

  #receive(message: RouterMessage, socket: MessageSocket, serializer: Serializer): void {
    let event: SessionEvent<AnswerHandler>;
    try {
      event = this.#core.receive(message);
    } catch (error) {
      this.#violation(errorText(error));
      return;
    }
    this.#take(event, socket, serializer);
  }

  #take(event: SessionEvent<AnswerHandler>, socket: MessageSocket, serializer: Serializer): void {
    switch (event.kind) {
      case "challenge":
        void this.#answer(event.method, event.extra);
        return;
      case "welcome":
        this.#welcomed({ id: event.session, url: this.url, details: event.details, serializer }, socket);
        return;
      case "aborted":
        this.#close(
          this.#phase === "joining"
            ? refused(event.reason, event.details)
            : endedByRouter("ABORT", event.reason, event.details),
        );
        return;
      case "goodbye":
        if (event.reply !== undefined) this.#socket?.send(event.reply);
        this.#close(endedByRouter("GOODBYE", event.reason, event.details));
        return;
      case "message":
      case "subscription-revoked":
      case "registration-revoked":
        this.events.received(event);
        return;
      case "ignored":
        return;
      default:
        this.#session?.answered(event);
    }
  }

  #welcomed(welcome: Welcome, socket: MessageSocket): void {
    this.#stopDeadline();
    this.#phase = "online";
    this.#window.roundTrip.sample(this.env.clock.now() - this.#askedAt);
    const session = new EstablishedSession(
      {
        core: this.#core,
        socket,
        window: this.#window,
        rules: this.rules,
        codecs: this.env.codecs,
        suspect: (error) => this.#suspect(error, socket),
      },
      welcome,
    );
    this.#session = session;
    this.events.welcomed(session);
  }

  /** Asks for the end of a subscription that no router has; it answers with ERROR at once. */
  #probe(): AnswerHandler {
    const handler: AnswerHandler = { answered: () => undefined, lost: () => undefined };
    this.#socket?.send(this.#core.unsubscribe(MAX_ID as WireSubscriptionId, handler));
    return handler;
  }

  /** Ends the connection unless the router, which has left an answer out, gives a sign of life. */
  #suspect(error: ErrorRecord, socket: MessageSocket): void {
    if (this.#phase !== "online" || this.#isSuspected) return;
    this.#isSuspected = true;
    const heard = socket.received;
    this.#probe();
    this.#stopDeadline = this.env.clock.after(PROBE_TIMEOUT, () => {
      this.#isSuspected = false;
      if (socket.received === heard) this.#close({ error, fatal: false });
    });
  }

  async #answer(method: string, extra: Dict): Promise<void> {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    if (method !== exchange.method) {
      this.#violation(`CHALLENGE for the method "${method}", but "${exchange.method}" was offered`);
      return;
    }
    try {
      const answer = await exchange.challenge(extra);
      if (this.#phase === "joining") {
        this.#askedAt = this.env.clock.now();
        this.#secretSent = true;
        this.#sendWithinLimit(this.#core.authenticate(answer.signature, answer.extra));
      }
    } catch (error) {
      if (this.#phase === "joining") this.#abort("wamp.error.authentication_failed", errorText(error));
    }
  }

  /** Ends the connection because the router violated the protocol (WAMP, "Protocol Violations"). */
  #violation(words: string): void {
    const duringHandshake = this.#phase === "opening" || this.#phase === "joining";
    const abort = this.#core.abort(VIOLATION, words);
    // Nothing may follow the hub's GOODBYE.
    if (this.#phase !== "leaving") this.#socket?.send(abort);
    this.#close(violated(words, duringHandshake));
  }

  #abort(uri: string, message: string): void {
    this.#socket?.send(this.#core.abort(uri, message));
    this.#close(refused(uri, { message }));
  }

  #close(disconnection: Disconnection): void {
    if (this.#phase === "closed") return;
    const secretSent = this.#secretSent && this.#phase === "joining";
    this.#phase = "closed";
    this.#stopDeadline();
    this.#window.close();
    this.#preparation.stop();
    this.#exchange = undefined;
    this.#socket?.close();
    this.events.closed(secretSent ? { ...disconnection, secretSent } : disconnection);
  }
}
