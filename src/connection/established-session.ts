import type { Serializer } from "../codec/serializer.js";
import type { CancelMode } from "../contract/request-options.js";
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
import type { Session } from "../protocol/session.js";
import type { MessageSocket } from "./message-socket.js";
import type { AnswerHandler, Fields, WireSession } from "./wire-session.js";

/** The result of the handshake. */
export interface Welcome {
  readonly id: WampSessionId;
  readonly url: string;
  readonly details: Dict;
  readonly serializer: Serializer;
}

/** Connects the protocol core to the socket: every request is written as soon as it has its id. */
export class EstablishedSession implements WireSession {
  readonly id: WampSessionId;
  readonly url: string;
  readonly details: Dict;
  readonly features: RouterFeatures;
  readonly serializer: Serializer;
  readonly #core: Session<AnswerHandler>;
  readonly #socket: MessageSocket;

  constructor(core: Session<AnswerHandler>, socket: MessageSocket, welcome: Welcome) {
    this.#core = core;
    this.#socket = socket;
    this.id = welcome.id;
    this.url = welcome.url;
    this.details = welcome.details;
    this.features = routerFeatures(welcome.details);
    this.serializer = welcome.serializer;
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

  call(call: Fields<Call>, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.call(call, handler));
  }

  publish(publication: Fields<Publish>, handler: AnswerHandler | undefined): WireRequestId {
    return this.#write(this.#core.publish(publication, handler));
  }

  subscribe(subscription: Fields<Subscribe>, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.subscribe(subscription, handler));
  }

  unsubscribe(subscription: WireSubscriptionId, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.unsubscribe(subscription, handler));
  }

  register(registration: Fields<Register>, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.register(registration, handler));
  }

  unregister(registration: WireRegistrationId, handler: AnswerHandler): WireRequestId {
    return this.#write(this.#core.unregister(registration, handler));
  }

  cancel(call: WireRequestId, mode: CancelMode): void {
    this.#write(this.#core.cancel(call, { mode }));
  }

  answer(message: Yield | ErrorMessage): void {
    if (this.open) this.#socket.send(message);
  }

  forget(request: WireRequestId): void {
    this.#core.forget(request);
  }

  /** Ends the session; returns the handlers of the pending requests, whose `lost` is still to be called. */
  end(): readonly AnswerHandler[] {
    return this.#core.lost();
  }

  #write<Message extends ClientMessage & { readonly request: WireRequestId }>(
    message: Message,
  ): WireRequestId {
    this.#socket.send(message);
    return message.request;
  }
}
