import type { Codecs } from "../codec/codecs.js";
import type { Serializer } from "../codec/serializer.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { CancelMode, OptionedRequest } from "../contract/request-options.js";
import type { Dict } from "../protocol/dict.js";
import { routerFeatures } from "../protocol/features.js";
import type { RouterFeatures } from "../protocol/features.js";
import type {
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "../protocol/ids.js";
import type {
  Call,
  ClientMessage,
  ErrorMessage,
  Publish,
  Register,
  Subscribe,
  Yield,
} from "../protocol/messages.js";
import type { Payload } from "../protocol/payload.js";
import type { Session } from "../protocol/session.js";
import { BiggestMessage } from "./biggest-message.js";
import { Gate } from "./gate/gate.js";
import type { GateRules } from "./gate/gate.js";
import { isRefused } from "./gate/refusal.js";
import type { AnswerRefusal, Refusal } from "./gate/refusal.js";
import type { MessageSocket } from "./message-socket.js";
import type { Answerer, RequestWindow } from "./request-window.js";
import type { Answer, AnswerHandler, Fields, TooBig, WireSession } from "./wire-session.js";

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
  readonly codecs: Codecs;
  /** Ends the connection unless the router gives a sign of life. */
  readonly suspect: (error: ErrorRecord) => void;
}

/** Connects the protocol core to the socket: every request is judged, and written as soon as it has its id. */
export class EstablishedSession implements WireSession {
  readonly id: WampSessionId;
  readonly url: string;
  readonly details: Dict;
  readonly features: RouterFeatures;
  readonly serializer: Serializer;
  readonly suspect: (error: ErrorRecord) => void;
  readonly #core: Session<AnswerHandler>;
  readonly #socket: MessageSocket;
  readonly #window: RequestWindow;
  readonly #rules: GateRules;
  readonly #gate: Gate;
  readonly #biggest = new BiggestMessage();

  constructor({ core, socket, window, rules, codecs, suspect }: SessionParts, welcome: Welcome) {
    this.#core = core;
    this.#socket = socket;
    this.#window = window;
    this.#rules = rules;
    this.suspect = suspect;
    this.id = welcome.id;
    this.url = welcome.url;
    this.details = welcome.details;
    this.features = routerFeatures(welcome.details);
    this.serializer = welcome.serializer;
    this.#gate = new Gate(rules, codecs, this.serializer, this.features);
  }

  get open(): boolean {
    return this.#core.state === "established";
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get sent(): number {
    return this.#socket.sent;
  }

  get received(): number {
    return this.#socket.received;
  }

  get pending(): number {
    return this.#core.pending;
  }

  get hasRoom(): boolean {
    return this.#window.hasRoom;
  }

  get answerTimeout(): number {
    return this.#window.roundTrip.timeout;
  }

  whenRoom(task: () => void): void {
    this.#window.whenRoom(task);
  }

  call(call: Fields<Call>, handler: AnswerHandler): WireRequestId | Refusal {
    return this.#request("call", call.procedure, call, {
      handler,
      answerer: "callee",
      message: (judged) => this.#core.call(judged, handler),
    });
  }

  publish(
    publication: Fields<Publish>,
    handler: AnswerHandler | undefined,
    tooBig?: TooBig,
  ): WireRequestId | Refusal {
    return this.#request("publish", publication.topic, publication, {
      handler,
      answerer: "router",
      tooBig,
      message: (judged) => this.#core.publish(judged, handler),
    });
  }

  subscribe(subscription: Fields<Subscribe>, handler: AnswerHandler): WireRequestId | Refusal {
    return this.#request("subscribe", subscription.topic, subscription, {
      handler,
      answerer: "router",
      message: (judged) => this.#core.subscribe(judged, handler),
    });
  }

  unsubscribe(subscription: WireSubscriptionId, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.unsubscribe(subscription, handler), handler, "router");
  }

  register(registration: Fields<Register>, handler: AnswerHandler): WireRequestId | Refusal {
    return this.#request("register", registration.procedure, registration, {
      handler,
      answerer: "router",
      message: (judged) => this.#core.register(judged, handler),
    });
  }

  unregister(registration: WireRegistrationId, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.unregister(registration, handler), handler, "router");
  }

  cancel(call: WireRequestId, mode: CancelMode): void {
    this.#socket.send(this.#core.cancel(call, { mode }));
  }

  answer(message: Yield | ErrorMessage, tooBig?: TooBig): AnswerRefusal | undefined {
    if (!this.open) return undefined;
    const judged = this.#gate.answer(message);
    if (isRefused(judged)) return judged;
    this.#socket.send(judged);
    const { payload } = judged;
    if (judged.type === "ERROR") {
      this.#biggest.wrote({ payload, uri: judged.error, options: judged.details, tooBig });
    } else this.#biggest.wrote({ payload, uri: "", options: judged.options, tooBig });
    return undefined;
  }

  forget(request: WireRequestId): void {
    this.#core.forget(request);
  }

  /** Delivers the answer to a request. */
  answered(answer: Answer): void {
    const { handler } = answer;
    this.#window.answered(handler);
    this.#biggest.answered(handler);
    handler.answered(answer);
    this.#window.makeUseOfRoom();
  }

  /** Ends the session; returns how the pending requests are to be told, each once. */
  end(error: ErrorRecord): readonly (() => void)[] {
    this.#window.close();
    const culprit = this.#biggest.blame(error, this.#rules.sizeLimit);
    return this.#core.lost().map((handler) => () => {
      handler.lost(handler === culprit?.handler ? culprit.error : error);
    });
  }

  #request<F extends { readonly options: Dict; readonly payload?: Payload }>(
    kind: OptionedRequest,
    uri: string,
    fields: F,
    {
      handler,
      answerer,
      tooBig,
      message,
    }: {
      readonly handler: AnswerHandler | undefined;
      readonly answerer: Answerer;
      readonly tooBig?: TooBig | undefined;
      readonly message: (judged: F) => ClientMessage & { readonly request: WireRequestId };
    },
  ): WireRequestId | Refusal {
    const judged = this.#gate.request(kind, uri, fields);
    if (isRefused(judged)) return judged;
    const { options, payload } = judged;
    const request = this.#write(message(judged), handler, answerer);
    if (payload !== undefined) this.#biggest.wrote({ payload, uri, options, handler, tooBig });
    return request;
  }

  #write(
    message: ClientMessage & { readonly request: WireRequestId },
    handler: AnswerHandler | undefined,
    answerer: Answerer,
  ): WireRequestId {
    this.#socket.send(message);
    if (handler !== undefined) this.#window.sent(handler, answerer, weightOf(message));
    return message.request;
  }
}

/** Returns the number of messages to this session that a request leads to: a publication may come back as an event. */
function weightOf(message: ClientMessage): number {
  return message.type === "PUBLISH" && message.options["exclude_me"] === false ? 2 : 1;
}
