import { createCodecs } from "../../codec/codecs.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Payload, SerializerName } from "../../protocol/payload.js";
import { toRaw } from "../../protocol/write-message.js";

/** The serializers; the router loads those that it offers when it starts. */
export const codecs = createCodecs();

/** A payload in another serializer; one of the same is spliced as it came. Throws `DecodeError` or `EncodeError`. */
export function convert(payload: Payload, to: Serializer): Payload {
  return transcode(payload, codecs.get(payload.serializer), to);
}

/** Writes a message; throws what {@link convert} throws. */
export function write(message: RouterMessage, serializer: Serializer): Frame<ArrayBuffer> {
  if (!("payload" in message)) return serializer.encode(toRaw(message));
  return serializer.encode(toRaw({ ...message, payload: convert(message.payload, serializer) }));
}

/** A message that several sessions get: written once per serializer, as the bytes that go into the socket. */
export class Broadcast {
  readonly message: RouterMessage;
  readonly #frames = new Map<SerializerName, Uint8Array<ArrayBuffer>>();

  constructor(message: RouterMessage) {
    this.message = message;
  }

  frame(serializer: Serializer): Uint8Array<ArrayBuffer> {
    const known = this.#frames.get(serializer.name);
    if (known !== undefined) return known;
    const written = write(this.message, serializer);
    const frame = typeof written === "string" ? Buffer.from(written) : written;
    this.#frames.set(serializer.name, frame);
    return frame;
  }
}
