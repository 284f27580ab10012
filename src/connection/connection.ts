import type { AuthOffer } from "../auth/auth-offer.js";
import type { Serializer } from "../codec/serializer.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { Asked } from "../contract/port.js";
import { choiceName } from "../contract/session-config.js";
import type { SessionConfig } from "../contract/session-config.js";
import { helloDetails } from "../protocol/hello.js";
import type { Authenticate, Challenge, Hello, RouterMessage, Welcome } from "../protocol/messages.js";
import { createSession } from "../protocol/session.js";
import type { SessionEvent } from "../protocol/session-events.js";
import { answerChallenge } from "./challenge.js";
import {
  closedByUs,
  disconnected,
  endedByRouter,
  errorText,
  noCredential,
  notLoaded,
  notOpened,
  obstructed,
  noWelcome,
  refused,
  silent,
  tooBig,
  violated,
} from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import { establishSession } from "./established-session.js";
import type { EstablishedSession, SessionParts } from "./established-session.js";
import type { ConnectionAccess, ConnectionEvents } from "./connection-owner.js";
import type { LastingParts } from "./lasting-parts.js";
import { openMessageSocket } from "./message-socket.js";
import type { MessageSocket } from "./message-socket.js";
import type { AnswerHandler } from "./wire-session.js";

/** Milliseconds that the router has to answer the hub's GOODBYE. */
const GOODBYE_TIMEOUT = 2_000;
/** Close codes of a router that could not read what it got (RFC 6455, section 7.4.1). */
const UNREADABLE = [1002, 1003, 1007, 1008, 1011];

/** One connection, from its preparation through the socket, HELLO and WELCOME to its end, for whatever reason. */
export interface Connection {
  /** Gets from the application what is needed before the socket opens: first the secret, then the query. Then opens the socket. */
  open(): void;
  /** Sends GOODBYE if there is a session, and waits for the answer for a limited time; then `closed` is called. */
  close(reason: string): void;
}

/**
 * @param lasting what outlives the connection
 * @param url the public URL, for the status and messages
 */
export function createConnection(
  env: ConnectionEnvironment,
  config: SessionConfig,
  { gate: rules, suspects }: LastingParts,
  url: string,
  access: ConnectionAccess,
  events: ConnectionEvents,
): Connection {
  const { clock, codecs, wallTime } = env;
  let core = createSession<AnswerHandler>();
  /** The authentication, which holds the secrets, and is discarded with the connection. */
  let offer: AuthOffer | undefined;
  let socket: MessageSocket | undefined;
  let serializer: Serializer | undefined;
  /** Present from WELCOME on. */
  let session: EstablishedSession | undefined;
  /** The method of AUTHENTICATE, once that was due: from then until WELCOME, the secret may be the reason for whatever fails. */
  let provenBy: string | undefined;
  /** The method for which the application is being asked. */
  let askedFor: string | undefined;
  /** Clock time at which the router was last asked something in the handshake. */
  let askedAt = 0;
  let isClosed = false;
  /** True once the router has answered HELLO. */
  let isRead = false;
  let joinStrictly: () => void = () => undefined;
  let stopDeadline: () => void = () => undefined;

  async function prepare(): Promise<void> {
    const prepared = access.authenticate();
    let what: Asked = "secret";
    let address: string;
    try {
      await prepared.prepare();
      if (isClosed) return;
      // The query comes last, because its token may be valid for a shorter time than a user takes for the secret.
      what = "query";
      address = await access.address();
    } catch (error) {
      return end(noCredential(what, error));
    }
    if (!isClosed) dial(prepared, address);
  }

  function startDeadline(): void {
    const { connectTimeout } = config;
    stopDeadline();
    stopDeadline = clock.after(connectTimeout, () => end(noWelcome(url, connectTimeout)));
  }

  function dial(prepared: AuthOffer, address: string, isStrict = false): void {
    offer = prepared;
    joinStrictly = () => dial(prepared, address, true);
    startDeadline();
    try {
      const offered = subprotocolsOf(codecs.usable(config.serializers.map(choiceName)));
      const { sizeLimit } = rules;
      socket = openMessageSocket({ ...env, sizeLimit, isStrict }, address, offered, {
        opened: (chosen) => {
          serializer = chosen;
          askedAt = clock.now();
          const details = { ...config.hello, agent: env.agent, ...prepared.hello };
          sendWithinLimit(core.hello(config.realm, helloDetails(details)));
        },
        received,
        notLoaded: (name, reason) => end(notLoaded(url, name, reason)),
        violated: violate,
        failed: (words) => end(violated(words, false)),
        leftOut,
        closed: (wasOpen, code, reason) => {
          if (UNREADABLE.includes(code) && joinsAgain()) return;
          end(disconnected(url, wasOpen, code, reason));
        },
      });
    } catch (error) {
      end(notOpened(url, error instanceof Error ? error.name : typeof error));
    }
  }

  /** Joins again by the letter of the specification, unless the router must have been able to read HELLO. Returns true if it does. */
  function joinsAgain(): boolean {
    if (isClosed || isRead || socket?.isGuess !== true) return false;
    socket.close();
    core = createSession();
    joinStrictly();
    return true;
  }

  /** Sends a message of the handshake unless it is too big: a router may answer that by closing the socket, for ever. */
  function sendWithinLimit(message: Hello | Authenticate): void {
    const { bytes } = rules.sizeLimit;
    const size = socket?.send(message, bytes);
    if (size !== undefined) end(tooBig(message.type, size, bytes));
  }

  function received(message: RouterMessage): void {
    let event: SessionEvent<AnswerHandler> | undefined;
    try {
      event = core.receive(message);
    } catch (error) {
      violate(errorText(error));
      return;
    }
    session?.heard();
    if (event !== undefined) take(event);
  }

  /** Leaves out a message that cannot be decoded, unless it may be the answer to a request. */
  function leftOut(words: string): boolean {
    if (session === undefined || session.pending > 0 || core.state !== "established") return false;
    session.heard();
    env.log("A message of the router was left out", words);
    return true;
  }

  function take(event: SessionEvent<AnswerHandler>): void {
    isRead ||= event.type !== "ABORT";
    switch (event.type) {
      case "CHALLENGE":
        return void answer(event);
      case "WELCOME":
        return welcomed(event);
      case "ABORT": {
        const { reason, details } = event;
        if (reason === "wamp.error.protocol_violation" && joinsAgain()) return;
        end(session === undefined ? refused(reason, details) : endedByRouter("ABORT", reason, details));
        return;
      }
      case "GOODBYE":
        if (event.reply !== undefined) socket?.send(event.reply);
        end(endedByRouter("GOODBYE", event.reason, event.details));
        return;
      case "ANSWER":
        session?.answered(event.message, event.handler);
        return;
      default:
        events.received(event);
    }
  }

  async function answer(challenge: Challenge): Promise<void> {
    if (offer === undefined) return;
    const outcome = await answerChallenge(offer, challenge, asking);
    if (isClosed || core.state !== "authenticating") return;
    if ("violation" in outcome) return violate(outcome.violation);
    if ("missing" in outcome) return end(noCredential(outcome.missing, outcome.cause));
    if ("refusal" in outcome) return refuse(outcome.refusal);
    askedAt = clock.now();
    provenBy = challenge.method;
    sendWithinLimit(core.authenticate(outcome.answer.signature, outcome.answer.extra));
  }

  /** Stops the deadline of this side while the application is asked. */
  function asking(method: string | undefined): void {
    if (isClosed || core.state !== "authenticating") return;
    askedFor = method;
    if (method === undefined) startDeadline();
    else stopDeadline();
  }

  /** Ends the handshake, because the client or the router cannot prove its identity. */
  function refuse(cause: unknown): void {
    const uri = "wamp.error.authentication_failed";
    const message = errorText(cause);
    socket?.send(core.abort(uri, message));
    end(obstructed(cause) ?? refused(uri, { message }));
  }

  function welcomed({ session: id, details }: Welcome): void {
    if (socket === undefined || serializer === undefined) return;
    try {
      offer?.welcome(details);
    } catch (error) {
      refuse(error);
      return;
    }
    stopDeadline();
    const { probeAfter } = config;
    const answerTook = clock.now() - askedAt;
    const dead: SessionParts["dead"] = (silence, error) => {
      end(error === undefined ? silent(url, silence) : { error, fatal: false });
    };
    session = establishSession(
      {
        core,
        socket,
        clock,
        wallTime,
        rules,
        suspects,
        codecs,
        probeAfter,
        answerTook,
        isNeeded: () => events.isNeeded(),
        measured: () => events.measured(),
        dead,
      },
      { id, url, details, serializer },
    );
    events.welcomed(session, provenBy);
  }

  /** Ends the connection because the router violated the protocol (WAMP, "Protocol Violations"). */
  function violate(words: string): void {
    // Nothing may follow the hub's GOODBYE.
    const isLeaving = core.state === "closing";
    const abort = core.abort("wamp.error.protocol_violation", words);
    if (!isLeaving) socket?.send(abort);
    end(violated(words, session === undefined));
  }

  function end(disconnection: Disconnection): void {
    if (isClosed) return;
    isClosed = true;
    stopDeadline();
    session?.quiet();
    offer = undefined;
    socket?.close();
    if (session !== undefined) return events.closed(disconnection);
    events.closed({
      ...disconnection,
      ...(provenBy !== undefined && { provenBy }),
      ...(askedFor !== undefined && { askedFor }),
    });
  }

  return {
    open() {
      void prepare();
    },
    close(reason) {
      if (isClosed || core.state === "closing") return;
      const disconnection = closedByUs(reason);
      if (core.state !== "established") return end(disconnection);
      socket?.send(core.goodbye(reason));
      session?.quiet();
      stopDeadline();
      stopDeadline = clock.after(GOODBYE_TIMEOUT, () => end(disconnection));
    },
  };
}
