import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Payload, SerializerName } from "../../protocol/payload.js";
import { toRaw } from "../../protocol/write-message.js";

/** One WebSocket message: text or bytes, as the serializer has it. */
export type Frame = string | Uint8Array;

export const serializers: Readonly<Record<SerializerName, Serializer>> = {
  json: jsonSerializer,
  msgpack: msgpackSerializer,
};

/** A payload in another serializer; one of the same is spliced as it came. Throws `DecodeError` or `EncodeError`. */
export function convert(payload: Payload, to: Serializer): Payload {
  return transcode(payload, serializers[payload.serializer], to);
}

/** Writes a message; throws what {@link convert} throws. */
export function write(message: RouterMessage, serializer: Serializer): Frame {
  if (!("payload" in message)) return serializer.encode(toRaw(message));
  return serializer.encode(toRaw({ ...message, payload: convert(message.payload, serializer) }));
}

/** A message that several sessions get: written once per serializer, as the bytes that go into the socket. */
export class Broadcast {
  readonly message: RouterMessage;
  readonly #frames = new Map<SerializerName, Uint8Array>();

  constructor(message: RouterMessage) {
    this.message = message;
  }

  frame(serializer: Serializer): Uint8Array {
    const known = this.#frames.get(serializer.name);
    if (known !== undefined) return known;
    const written = write(this.message, serializer);
    const frame = typeof written === "string" ? Buffer.from(written) : written;
    this.#frames.set(serializer.name, frame);
    return frame;
  }
}
