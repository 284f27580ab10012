import type { Serializer } from "../codec/serializer.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { CancelMode } from "../contract/request-options.js";
import type { Dict } from "../protocol/dict.js";
import type { RouterFeatures } from "../protocol/features.js";
import type {
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "../protocol/ids.js";
import type { Call, ErrorMessage, Publish, Register, Subscribe, Yield } from "../protocol/messages.js";
import type { SessionEvent } from "../protocol/session-events.js";

/** Receives the answer to one request on the wire. */
export interface AnswerHandler {
  /** Called once with the final answer, and before that with each progressive result. */
  answered(answer: Answer): void;
  /** Called instead of `answered` if the session is lost before the answer. */
  lost(error: ErrorRecord): void;
}

/** The meaning of a message that answers a request. */
export type Answer = Extract<SessionEvent<AnswerHandler>, { readonly handler: AnswerHandler }>;

/** The meaning of an unsolicited message from the router in an established session. */
export type UnaskedEvent = Extract<
  SessionEvent<AnswerHandler>,
  { readonly kind: "message" | "subscription-revoked" | "registration-revoked" }
>;

/** The fields of a request without its id, which the session adds. */
export type Fields<Message> = Omit<Message, "type" | "request">;

/**
 * The session on the wire, from WELCOME to its end. Taking the request id and writing the message are one step, because strict
 * routers end a session whose ids are not sequential (WAMP, "Session Scope IDs").
 */
export interface WireSession {
  /** False once GOODBYE is sent or the connection is lost; from then on, no requests may be made. */
  readonly open: boolean;
  readonly id: WampSessionId;
  /** The router URL that the session is connected to. */
  readonly url: string;
  /** WELCOME.Details. */
  readonly details: Dict;
  readonly features: RouterFeatures;
  readonly serializer: Serializer;
  /** Bytes passed to the socket that have not been transmitted. */
  readonly bufferedAmount: number;
  /** Messages of this connection, including those of the handshake. */
  readonly sent: number;
  readonly received: number;
  /** Requests that the router has not answered. */
  readonly pending: number;

  call(call: Fields<Call>, handler: AnswerHandler): WireRequestId;
  /** Sends PUBLISH; without a handler the publication is unacknowledged. */
  publish(publication: Fields<Publish>, handler: AnswerHandler | undefined): WireRequestId;
  subscribe(subscription: Fields<Subscribe>, handler: AnswerHandler): WireRequestId;
  unsubscribe(subscription: WireSubscriptionId, handler: AnswerHandler): WireRequestId;
  register(registration: Fields<Register>, handler: AnswerHandler): WireRequestId;
  unregister(registration: WireRegistrationId, handler: AnswerHandler): WireRequestId;
  /** Sends CANCEL. The call stays pending until its answer or `forget`. */
  cancel(call: WireRequestId, mode: CancelMode): void;
  /** Answers an invocation. Does nothing if the session is not open. */
  answer(message: Yield | ErrorMessage): void;
  /** Forgets a request, so that its late answer is ignored. */
  forget(request: WireRequestId): void;
}
