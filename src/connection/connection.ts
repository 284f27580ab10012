import type { Serializer } from "../codec/serializer.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { Dict } from "../protocol/dict.js";
import { helloDetails } from "../protocol/hello.js";
import type { ClientMessage } from "../protocol/messages.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import { Session } from "../protocol/session.js";
import type { SessionEvent } from "../protocol/session-events.js";
import { toRaw } from "../protocol/write-message.js";
import type { AuthExchange } from "../auth/auth-method.js";
import type { ConnectionEnvironment, Socket } from "./environment.js";
import {
  closedByUs,
  disconnected,
  endedByRouter,
  noCredential,
  notOpened,
  noWelcome,
  refused,
  violated,
} from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import { EstablishedSession } from "./established-session.js";
import type { Transport } from "./established-session.js";
import type { AnswerHandler, UnaskedEvent } from "./wire-session.js";

export interface ConnectionEvents {
  welcomed(session: EstablishedSession): void;
  /** Called after WELCOME with messages that answer no request; GOODBYE and ABORT come as `ended`. */
  received(event: UnaskedEvent): void;
  /** Once, and nothing comes after it. */
  ended(ending: Disconnection): void;
}

type Phase =
  /** The authentication method loads or asks; no socket yet. */
  | "preparing"
  /** The socket opens. */
  | "opening"
  /** HELLO is out, WELCOME is not in. */
  | "joining"
  | "online"
  /** Our GOODBYE is out. */
  | "leaving"
  | "over";

/** Milliseconds that we wait for the router to answer our GOODBYE. */
const GOODBYE_TIMEOUT = 2_000;

/** The only code of RFC 6455 that a browser lets a script close with. */
const NORMAL_CLOSURE = 1000;

const VIOLATION = "wamp.error.protocol_violation";

/** One life of a connection: from opening the socket over HELLO and WELCOME to whatever ends it. */
export class Connection {
  #phase: Phase = "preparing";
  #socket: Socket | undefined;
  /** Of the subprotocol that the router chose. */
  #serializer: Serializer | undefined;
  /** The latest run of the authentication method; earlier ones are given up. Holds the secret, and goes with the connection. */
  #exchange: AuthExchange | undefined;
  #sent = 0;
  #received = 0;
  #stopDeadline: () => void = () => undefined;
  readonly #core = new Session<AnswerHandler>();

  constructor(
    private readonly env: ConnectionEnvironment,
    private readonly config: SessionConfig,
    private readonly url: string,
    private readonly authenticate: () => AuthExchange,
    private readonly events: ConnectionEvents,
  ) {}

  open(): void {
    const exchange = this.authenticate();
    this.#exchange = exchange;
    const isAwaited = (): boolean => this.#phase === "preparing" && this.#exchange === exchange;
    exchange.prepare().then(
      () => {
        if (isAwaited()) this.#dial(exchange);
      },
      (error: unknown) => {
        if (isAwaited()) this.#end(noCredential(wordsOf(error)));
      },
    );
  }

  /** Gives up waiting for the secret and asks for it once more; does nothing when it is not waited for. */
  askAgain(): void {
    if (this.#phase === "preparing") this.open();
  }

  /** Says GOODBYE if there is a session, and gives up waiting for the answer after a while. `ended` tells when it is done. */
  close(reason: string): void {
    if (this.#phase === "leaving" || this.#phase === "over") return;
    const ending = closedByUs(reason);
    if (this.#phase !== "online") {
      this.#end(ending);
      return;
    }
    this.#send(this.#core.goodbye(reason));
    this.#phase = "leaving";
    this.#stopDeadline = this.env.clock.after(GOODBYE_TIMEOUT, () => {
      this.#end(ending);
    });
  }

  #dial(exchange: AuthExchange): void {
    this.#phase = "opening";
    this.#stopDeadline = this.env.clock.after(this.config.connectTimeout, () => {
      this.#end(noWelcome(this.url, this.config.connectTimeout));
    });
    const offered = this.config.serializers.map((name) => this.env.serializers[name]);
    let serializer: Serializer | undefined;
    try {
      this.#socket = this.env.sockets.open(
        this.url,
        offered.map((offer) => offer.subprotocol),
        {
          opened: (subprotocol) => {
            if (this.#phase !== "opening") return;
            serializer = offered.find((offer) => offer.subprotocol === subprotocol);
            if (serializer === undefined) {
              this.#end(
                violated(`The router chose the subprotocol "${subprotocol}", which was not offered`, true),
              );
            } else this.#greet(serializer, exchange);
          },
          received: (frame) => {
            if (this.#phase !== "over" && serializer !== undefined) this.#receive(frame, serializer);
          },
          closed: (code, reason) => {
            this.#socket = undefined;
            this.#end(disconnected(this.url, serializer !== undefined, code, reason));
          },
        },
      );
    } catch (error) {
      this.#end(notOpened(this.url, wordsOf(error)));
    }
  }

  #greet(serializer: Serializer, { method, hello }: AuthExchange): void {
    this.#phase = "joining";
    this.#serializer = serializer;
    const details = helloDetails({ authmethods: [method], agent: this.env.agent, ...hello });
    this.#send(this.#core.hello(this.config.realm, details));
  }

  #send(message: ClientMessage): void {
    if (this.#socket === undefined || this.#serializer === undefined) return;
    this.#socket.send(this.#serializer.encode(toRaw(message)));
    this.#sent += 1;
  }

  #receive(frame: string | Uint8Array, serializer: Serializer): void {
    this.#received += 1;
    let event: SessionEvent<AnswerHandler>;
    try {
      event = this.#core.receive(parseRouterMessage(serializer.decode(frame)));
    } catch (error) {
      this.#violation(wordsOf(error));
      return;
    }
    this.#take(event, serializer);
  }

  #take(event: SessionEvent<AnswerHandler>, serializer: Serializer): void {
    switch (event.kind) {
      case "challenge":
        void this.#answer(event.method, event.extra);
        return;
      case "welcome":
        this.#stopDeadline();
        this.#phase = "online";
        this.events.welcomed(
          new EstablishedSession(this.#core, this.#transport(), {
            id: event.session,
            url: this.url,
            details: event.details,
            serializer,
          }),
        );
        return;
      case "aborted":
        this.#end(
          this.#phase === "joining"
            ? refused(event.reason, event.details)
            : endedByRouter("ABORT", event.reason, event.details),
        );
        return;
      case "goodbye":
        if (event.reply !== undefined) this.#send(event.reply);
        this.#end(endedByRouter("GOODBYE", event.reason, event.details));
        return;
      case "message":
      case "subscription-revoked":
      case "registration-revoked":
        this.events.received(event);
        return;
      case "ignored":
        return;
      default:
        event.handler.answered(event);
    }
  }

  async #answer(method: string, extra: Dict): Promise<void> {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    if (method !== exchange.method) {
      this.#violation(`CHALLENGE for the method "${method}", offered was "${exchange.method}"`);
      return;
    }
    try {
      const { signature, extra: answerExtra } = await exchange.challenge(extra);
      if (this.#phase === "joining") this.#send(this.#core.authenticate(signature, answerExtra));
    } catch (error) {
      if (this.#phase === "joining") this.#abort("wamp.error.authentication_failed", wordsOf(error));
    }
  }

  /** The router broke the protocol (WAMP, "Protocol Violations"). */
  #violation(what: string): void {
    const duringHandshake = this.#phase === "joining";
    const abort = this.#core.abort(VIOLATION, what);
    // Nothing may follow our GOODBYE.
    if (this.#phase !== "leaving") this.#send(abort);
    this.#end(violated(what, duringHandshake));
  }

  #abort(uri: string, message: string): void {
    this.#send(this.#core.abort(uri, message));
    this.#end(refused(uri, { message }));
  }

  #end(ending: Disconnection): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#stopDeadline();
    this.#exchange = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(NORMAL_CLOSURE, "");
    this.events.ended(ending);
  }

  #transport(): Transport {
    const bufferedAmount = (): number => this.#socket?.bufferedAmount ?? 0;
    const sent = (): number => this.#sent;
    const received = (): number => this.#received;
    return {
      send: (message) => {
        if (this.#phase === "online") this.#send(message);
      },
      get bufferedAmount() {
        return bufferedAmount();
      },
      get sent() {
        return sent();
      },
      get received() {
        return received();
      },
    };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
