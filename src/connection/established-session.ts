import type { Codecs } from "../codec/codecs.js";
import type { Serializer } from "../codec/serializer.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { MatchPolicy, OptionedRequest } from "../contract/request-options.js";
import type { Dict } from "../protocol/dict.js";
import { routerFeatures } from "../protocol/features.js";
import { MAX_ID } from "../protocol/ids.js";
import type { WampSessionId, WireRequestId, WireSubscriptionId } from "../protocol/ids.js";
import type { Answer, NewRequest } from "../protocol/messages.js";
import type { Session } from "../protocol/session.js";
import type { Clock } from "../web/clock.js";
import { createBiggestMessage } from "./biggest-message.js";
import { Gate } from "./gate/gate.js";
import type { GateRules } from "./gate/gate.js";
import { uriOf } from "./gate/message-size.js";
import { isRefused } from "./gate/refusal.js";
import { createFlights } from "./flights.js";
import { ANSWER_TIME, SHORT_ANSWER_TIME, createLiveness } from "./liveness.js";
import type { LivenessParts } from "./liveness.js";
import type { MessageSocket } from "./message-socket.js";
import { createRequestWindow } from "./request-window.js";
import { RoundTripNews } from "./round-trip.js";
import { suspectKey } from "./suspects.js";
import type { Suspects } from "./suspects.js";
import type { AnswerHandler, JudgedRequest, WireSession } from "./wire-session.js";

/** The result of the handshake. */
export interface Welcome {
  readonly id: WampSessionId;
  readonly url: string;
  readonly details: Dict;
  readonly serializer: Serializer;
}

/** The parts of a connection that its session works with. */
export interface SessionParts extends Pick<LivenessParts, "wallTime" | "probeAfter" | "isNeeded" | "dead"> {
  readonly clock: Clock;
  readonly core: Session<AnswerHandler>;
  readonly socket: MessageSocket;
  readonly rules: GateRules;
  readonly suspects: Suspects;
  readonly codecs: Codecs;
  /** Milliseconds that the router took for its last answer in the handshake. */
  readonly answerTook: number;
  /** The round trip has changed noticeably. */
  readonly measured: () => void;
}

export interface EstablishedSession extends WireSession {
  /** Takes note of a message, of any kind. */
  heard(): void;
  /** Delivers the answer to a request. */
  answered(answer: Answer, handler: AnswerHandler): void;
  /** Sends nothing of its own accord any more, because GOODBYE is sent or the connection has ended. */
  quiet(): void;
  /**
   * Ends the session; returns how the pending requests are to be told, each once.
   * @param isClean true if the router has said that it ends the session for its own reasons
   */
  end(error: ErrorRecord, isClean: boolean): readonly (() => void)[];
}

/** The names of requests on the port. */
const KINDS: Readonly<Record<JudgedRequest["type"], OptionedRequest>> = {
  CALL: "call",
  PUBLISH: "publish",
  SUBSCRIBE: "subscribe",
  REGISTER: "register",
};

/** Connects the protocol core to the socket: every request is judged, and written as soon as it has its id. */
export function establishSession(parts: SessionParts, welcome: Welcome): EstablishedSession {
  const { core, socket, clock, rules, suspects, codecs, answerTook, measured } = parts;
  const features = routerFeatures(welcome.details);
  const gate = new Gate(rules, codecs, welcome.serializer, features);
  const biggest = createBiggestMessage();
  const flights = createFlights(clock, suspects);
  const isOpen = (): boolean => core.state === "established";
  const window = createRequestWindow(clock, probe);
  window.roundTrip.sample(answerTook);
  const news = new RoundTripNews(clock.now(), answerTook);
  const liveness = createLiveness({
    ...parts,
    isNeeded: () => core.pending > 0 || parts.isNeeded(),
    unsent: () => socket.bufferedAmount,
    probe,
  });

  /** Asks for the end of a subscription that no router has; it answers with ERROR at once. */
  function probe(answered = (): void => undefined): void {
    const handler: AnswerHandler = {
      answered,
      lost: () => undefined,
      overtaken: () => core.forget(message.request),
    };
    const message = core.request(
      { type: "UNSUBSCRIBE", subscription: MAX_ID as WireSubscriptionId },
      handler,
    );
    window.sent(handler, "router", 0);
    socket.send(message);
  }

  function quiet(): void {
    window.close();
    liveness.close();
  }

  function write(request: NewRequest, handler: AnswerHandler | undefined): WireRequestId {
    const message = core.request(request, handler);
    socket.send(message);
    const answerer = message.type === "CALL" ? "callee" : "router";
    if (handler !== undefined) window.sent(handler, answerer, weightOf(message));
    return message.request;
  }

  return {
    ...welcome,
    features,
    probe,
    quiet,
    get open() {
      return isOpen();
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get sent() {
      return socket.sent;
    },
    get received() {
      return socket.received;
    },
    get pending() {
      return core.pending;
    },
    get hasRoom() {
      return window.hasRoom;
    },
    get answerTimeout() {
      return window.roundTrip.timeout;
    },
    get roundTrip() {
      return window.roundTrip.latest;
    },
    heard() {
      liveness.heard();
    },
    suspect(error) {
      if (isOpen()) liveness.ask(ANSWER_TIME, error);
    },
    check() {
      if (isOpen()) liveness.ask(SHORT_ANSWER_TIME);
    },
    whenRoom(task) {
      window.whenRoom(task);
    },
    holds: (key) => flights.holds(key),
    whenReleased(task) {
      flights.whenReleased(task);
    },
    request(asked, handler, blamed) {
      const uri = uriOf(asked);
      const kind = KINDS[asked.type];
      const judged = gate.request(kind, uri, asked);
      if (isRefused(judged)) return judged;
      const key = suspectKey(kind, uri, matchOf(judged));
      const refused = suspects.refusal(key, clock.now());
      if (refused !== undefined) return { refused };
      const request = write(judged, handler);
      flights.sent(key, handler, blamed);
      if ("payload" in judged)
        biggest.wrote({ payload: judged.payload, options: judged.options, uri, handler, blamed });
      return request;
    },
    release: write,
    cancel(call, mode) {
      socket.send(core.cancel(call, { mode }));
    },
    answer(message, blamed) {
      if (!isOpen()) return undefined;
      const judged = gate.answer(message);
      if (isRefused(judged)) return judged;
      socket.send(judged);
      const { payload } = judged;
      const [uri, options] = judged.type === "ERROR" ? [judged.error, judged.details] : ["", judged.options];
      biggest.wrote({ payload, uri, options, blamed });
      return undefined;
    },
    forget(request) {
      core.forget(request);
    },
    answered(answer, handler) {
      window.answered(handler);
      biggest.answered(handler);
      flights.answered(handler);
      handler.answered(answer);
      window.makeUseOfRoom();
      if (isOpen() && news.isNews(clock.now(), window.roundTrip.latest)) measured();
    },
    end(error, isClean) {
      quiet();
      const tooBig = biggest.blame(error, rules.sizeLimit);
      const culprit = tooBig ?? flights.ended(isClean);
      flights.close();
      return core.lost().map((handler) => () => {
        handler.lost(handler === culprit?.handler ? culprit.error : error);
      });
    },
  };
}

/** Returns the match policy of a request that has one. The options that a request may not have are refused before. */
function matchOf({ options }: JudgedRequest): MatchPolicy {
  return options["match"] === "prefix" || options["match"] === "wildcard" ? options["match"] : "exact";
}

/** Returns the number of messages to this session that a request leads to: a publication may come back as an event. */
function weightOf(request: NewRequest): number {
  return request.type === "PUBLISH" && request.options["exclude_me"] === false ? 2 : 1;
}
