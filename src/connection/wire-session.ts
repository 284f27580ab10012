import type { Serializer } from "../codec/serializer.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { CancelMode } from "../contract/request-options.js";
import type { Dict } from "../protocol/dict.js";
import type { RouterFeatures } from "../protocol/features.js";
import type { WampSessionId, WireRequestId } from "../protocol/ids.js";
import type { Answer, ErrorMessage, NewRequest, Yield } from "../protocol/messages.js";
import type { AnswerRefusal, Refusal } from "./gate/refusal.js";
import type { SuspectKey } from "./suspects.js";

/** Receives the answer to one request on the wire. */
export interface AnswerHandler {
  /** Called once with the final answer, and before that with each progressive result. */
  answered(answer: Answer): void;
  /** Called instead of `answered` if the session is lost before the answer; with the reason if this message was that, as in `Blamed`. */
  lost(error: ErrorRecord): void;
  /** Called when the router has answered a later request: this answer is probably lost, but it may still come. */
  overtaken?(): void;
}

/** A request that gives something back. */
export type ReleaseRequest = Extract<NewRequest, { readonly type: "UNSUBSCRIBE" | "UNREGISTER" }>;
/** A request with content of a tab. */
export type JudgedRequest = Exclude<NewRequest, ReleaseRequest>;

/** Called with the reason if the router ended the session over a message: an `OverflowError`, or a `SetAsideError` for a request. */
export type Blamed = (error: ErrorRecord) => void;

/**
 * The session on the wire, from WELCOME to its end. Judging a message, taking its request id and writing it are one step, because strict
 * routers end a session whose ids are not sequential (WAMP, "Session Scope IDs"). A message that a router might end the session over is
 * not written: the method returns the refusal instead, and the session is as if it had not been called.
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
  /** False while so many requests are unanswered that the router might drop answers; requests should wait then. */
  readonly hasRoom: boolean;
  /** Milliseconds after which an answer that the router itself gives is overdue. */
  readonly answerTimeout: number;
  /** Milliseconds that the last answer of the router took. */
  readonly roundTrip: number;

  /** Calls `task` once, when there is room again; replaces an earlier task. */
  whenRoom(task: () => void): void;
  /** Tells whether a request should wait, because routers may end the session over it. */
  holds(key: SuspectKey): boolean;
  /** Calls `task` once, when a request that was held may be sent; replaces an earlier task. */
  whenReleased(task: () => void): void;
  /** Sends a request. Without a handler, a publication is unacknowledged. */
  request(
    request: JudgedRequest,
    handler: AnswerHandler | undefined,
    blamed?: Blamed,
  ): WireRequestId | Refusal;
  /** Gives something back to the router. */
  release(request: ReleaseRequest, handler: AnswerHandler): WireRequestId;
  /** Sends CANCEL. The call stays pending until its answer or `forget`. */
  cancel(call: WireRequestId, mode: CancelMode): void;
  /** Answers an invocation. Does nothing if the session is not open. */
  answer(message: Yield | ErrorMessage, blamed?: Blamed): AnswerRefusal | undefined;
  /** Forgets a request, so that its late answer is ignored. */
  forget(request: WireRequestId): void;
  /**
   * Asks the router for a sign of life, because an answer is overdue and the router has been silent since: the connection may be
   * half-open. Without one, it ends with the error.
   */
  suspect(error: ErrorRecord): void;
  /** Asks the router for a sign of life within a short time, because something suggests that the connection is gone. */
  check(): void;
  /**
   * Asks the router something that it answers as soon as it has dealt with everything that was sent before. `answered` is not called if the
   * answer is lost.
   */
  probe(answered: () => void): void;
}
