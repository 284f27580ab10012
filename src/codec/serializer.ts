import type { JoinedPayloads, Payload, SerializerName } from "../protocol/payload.js";
import type { RawMessage } from "../protocol/raw-message.js";

/** An encoded message, or the WebSocket message that carries it: text or bytes. */
export type Frame<Buffer extends ArrayBufferLike = ArrayBufferLike> = string | Uint8Array<Buffer>;

export interface Arguments {
  readonly args: readonly unknown[];
  readonly kwargs: { readonly [key: string]: unknown };
}

/** The arguments of a payload, or the reason why it cannot be decoded. */
export type Decoded =
  | (Arguments & { readonly failure?: undefined })
  | { readonly failure: unknown; readonly args?: undefined; readonly kwargs?: undefined };

/** Encodes and decodes arguments: the part of a serializer that a tab needs. */
export interface PayloadCodec {
  readonly name: SerializerName;
  /** Omits empty kwargs, and then empty args as well. Throws `EncodeError` with the path of a value that cannot be encoded. */
  encodePayload(args: readonly unknown[], kwargs?: { readonly [key: string]: unknown }): Payload;
  /** Returns `[]` for missing args and `{}` for missing kwargs. Throws `DecodeError`. */
  decodePayload(payload: Payload): Arguments;
  /** Takes joined payloads apart, still encoded; none shares a buffer with another. */
  split(joined: JoinedPayloads): readonly Payload[];
  /** Decodes all payloads at once, or one by one if any of them is malformed; never throws. */
  decodeJoined(joined: JoinedPayloads): Decoded[];
}

/** A complete serializer, which also handles envelopes: the part that the hub and a router need. */
export interface Serializer extends PayloadCodec {
  /** True if encoded messages are binary (`Uint8Array`), false if they are text. */
  readonly binary: boolean;
  /**
   * True for a serializer of the application. Its data has to be checked before it is sent, and it is not offered for a while after it has
   * failed on a message.
   */
  readonly custom?: boolean;
  /** Decodes the envelope of a message and leaves its payload encoded. Throws `ProtocolError`. */
  decode(message: Frame): RawMessage;
  /** Encodes the envelope of a message and splices in its payload, which must be encoded by this serializer. Throws `EncodeError`. */
  encode(message: RawMessage): Frame<ArrayBuffer>;
  /** Joins payloads encoded by this serializer, in order. */
  join(payloads: readonly Payload[]): JoinedPayloads;
}
