import type { RegistrationHandle, RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { JoinedPayloads, Payload } from "../../protocol/payload.js";

/** The attributes of a payload that the router passes on without looking into it (WAMP, "Payload Passthru Mode"). */
export interface PassthruOptions {
  /**
   * The scheme of the payload: `wamp`, `mqtt`, or a name of the application's own such as `x_name`. The payload is one binary argument: the
   * one that the session's `passthru` makes of the arguments if it knows the scheme, or else the only argument itself, a `Uint8Array`.
   */
  readonly pptScheme?: string | undefined;
  /** The serializer of the payload. */
  readonly pptSerializer?: string | undefined;
  /** The cipher of the payload. */
  readonly pptCipher?: string | undefined;
  /** The id of the key with which the payload is encrypted. */
  readonly pptKeyid?: string | undefined;
}

/** The kinds of messages that carry a payload: CALL and INVOCATION, PUBLISH and EVENT, YIELD and RESULT, ERROR. */
export type PayloadContent = "call" | "event" | "result" | "error";

/** A message that this tab sends or has received, without its payload. */
export interface PassthruMessage {
  /** The kind of the message. */
  readonly content: PayloadContent;
  /** The procedure or topic. */
  readonly uri: string;
  /** The procedure, topic or pattern that this tab has registered or subscribed to, of a message that it has received for that, or its answer. */
  readonly pattern?: string | undefined;
  /** The URI of an ERROR. */
  readonly error?: string | undefined;
  /** The attributes that the request names, of a message that this tab sends. */
  readonly options: PassthruOptions;
  /** The details of a received message, or of the INVOCATION that a message answers. They may disclose the peer. */
  readonly details: Dict;
}

/** The arguments of a message. */
export interface PayloadArguments {
  /** Positional arguments. */
  readonly args: readonly unknown[];
  /** Keyword arguments. */
  readonly kwargs: Dict;
}

/** A payload that the router does not look into. */
export interface SealedPayload {
  /** The one binary argument. */
  readonly payload: Uint8Array;
  /** Its attributes. */
  readonly options: PassthruOptions;
}

/**
 * Makes payloads that the router does not look into, and reads them, in this tab alone: made by `createPassthru` of `wamp-mux/passthru`.
 * Neither its functions nor its keys ever leave the tab.
 */
export interface Passthru {
  /**
   * Makes the payload of a message from its arguments, which are read before it returns. Returns undefined if they are to be sent as they
   * are. Throws, or rejects, if they must not be sent.
   * @internal
   */
  readonly seal: (message: PassthruMessage, content: PayloadArguments) => Promise<SealedPayload> | undefined;
  /**
   * Reads the payloads of a notice before it is dispatched, and adds what they are to `host.opened`. Returns undefined if there is nothing
   * to wait for. Never throws or rejects.
   * @internal
   */
  readonly open: (notice: Notice, host: PassthruHost) => Promise<void> | undefined;
}

/**
 * The arguments of a received message, or the reason why they cannot be had.
 * @internal
 */
export type OpenedPayload =
  | (PayloadArguments & { readonly failure?: undefined })
  | { readonly failure: unknown; readonly args?: undefined; readonly kwargs?: undefined };

/**
 * A procedure, topic or pattern with the policy by which it is matched.
 * @internal
 */
export interface Matched {
  readonly uri: string;
  readonly match: MatchPolicy;
}

/**
 * The parts of a tab that tell what a notice is for.
 * @internal
 */
export interface PassthruHost {
  /** The payloads that have been read, which are not decoded again. */
  readonly opened: WeakMap<Payload | JoinedPayloads, readonly OpenedPayload[]>;
  readonly tryDecode: (payload: Payload) => OpenedPayload;
  readonly decodeJoined: (joined: JoinedPayloads) => readonly OpenedPayload[];
  readonly procedureOf: (request: RequestId) => string | undefined;
  readonly subscribed: (subscription: SubscriptionHandle) => Matched | undefined;
  readonly registered: (registration: RegistrationHandle) => Matched | undefined;
}
