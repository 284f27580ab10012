import type { JoinedPayloads, Payload, SerializerName } from "../protocol/payload.js";
import type { RawMessage } from "../protocol/raw-message.js";

/** A message as it is encoded, or the WebSocket message that carries it: text or bytes. */
export type Frame<Buffer extends ArrayBufferLike = ArrayBufferLike> = string | Uint8Array<Buffer>;

export interface Arguments {
  readonly args: readonly unknown[];
  readonly kwargs: { readonly [key: string]: unknown };
}

/** Arguments to bytes or text and back. What a tab needs of a serializer. */
export interface PayloadCodec {
  readonly name: SerializerName;
  /** Leaves out empty kwargs, and empty args with them. Throws `EncodeError`, naming the path of the value that has no encoding. */
  encodePayload(args: readonly unknown[], kwargs?: { readonly [key: string]: unknown }): Payload;
  /** Throws `DecodeError`. Missing args are `[]`, missing kwargs `{}`. */
  decodePayload(payload: Payload): Arguments;
  /** Decodes all at once; throws `DecodeError` if a single one is broken (then decode what `split` gives one by one). */
  decodeJoined(joined: JoinedPayloads): Arguments[];
  /** The payloads of a joined piece, by `ends`. */
  split(joined: JoinedPayloads): Payload[];
}

/** The whole serializer: envelopes too. What the hub and a router need. */
export interface Serializer extends PayloadCodec {
  /** True if encoded messages are binary (`Uint8Array`), false if they are text. */
  readonly binary: boolean;
  /** Scans one encoded message: decodes the envelope, leaves the payload encoded. Throws `ProtocolError`. */
  decode(message: Frame): RawMessage;
  /** Writes the envelope and splices the payload, which must be of this serializer. */
  encode(message: RawMessage): Frame<ArrayBuffer>;
  /** Joins payloads of this serializer, in order. */
  join(payloads: readonly Payload[]): JoinedPayloads;
}
