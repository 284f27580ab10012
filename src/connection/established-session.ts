import type { Codecs } from "../codec/codecs.js";
import type { Serializer } from "../codec/serializer.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { MatchPolicy, OptionedRequest } from "../contract/request-options.js";
import type { Dict } from "../protocol/dict.js";
import { routerFeatures } from "../protocol/features.js";
import type { WampSessionId, WireRequestId } from "../protocol/ids.js";
import type { Answer, NewRequest } from "../protocol/messages.js";
import type { Session } from "../protocol/session.js";
import type { Clock } from "../web/clock.js";
import { createBiggestMessage } from "./biggest-message.js";
import { Gate } from "./gate/gate.js";
import type { GateRules } from "./gate/gate.js";
import { uriOf } from "./gate/message-size.js";
import { isRefused } from "./gate/refusal.js";
import { createFlights } from "./flights.js";
import type { MessageSocket } from "./message-socket.js";
import type { RequestWindow } from "./request-window.js";
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
export interface SessionParts {
  readonly core: Session<AnswerHandler>;
  readonly socket: MessageSocket;
  readonly window: RequestWindow;
  readonly rules: GateRules;
  readonly suspects: Suspects;
  readonly clock: Clock;
  readonly codecs: Codecs;
  /** Ends the connection unless the router gives a sign of life. */
  readonly suspect: (error: ErrorRecord) => void;
  /** Sends a request that any router answers at once. */
  readonly probe: (answered: () => void) => void;
}

export interface EstablishedSession extends WireSession {
  /** Delivers the answer to a request. */
  answered(answer: Answer, handler: AnswerHandler): void;
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
export function establishSession(
  { core, socket, window, rules, suspects, clock, codecs, suspect, probe }: SessionParts,
  welcome: Welcome,
): EstablishedSession {
  const features = routerFeatures(welcome.details);
  const gate = new Gate(rules, codecs, welcome.serializer, features);
  const biggest = createBiggestMessage();
  const flights = createFlights(clock, suspects);
  const isOpen = (): boolean => core.state === "established";

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
    suspect,
    probe,
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
    },
    end(error, isClean) {
      window.close();
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
