import { createCodecs } from "../../codec/codecs.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import { serializers } from "../../codec/serializers.js";
import { transcode } from "../../codec/transcode.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { toRaw } from "../../protocol/write-message.js";

/** The serializers of the router. */
export const codecs = createCodecs(serializers);

/**
 * Transcodes a payload to another serializer; a payload that already uses it is returned unchanged. Throws `DecodeError` or
 * `EncodeError`.
 */
export function convertPayload(payload: Payload, to: Serializer): Payload {
  return transcode(payload, codecs.get(payload.serializer), to);
}

/** Encodes a message as a frame. Throws the errors of {@link convertPayload}. */
export function encodeMessage(message: RouterMessage, serializer: Serializer): Frame<ArrayBuffer> {
  if (!("payload" in message)) return serializer.encode(toRaw(message));
  return serializer.encode(toRaw({ ...message, payload: convertPayload(message.payload, serializer) }));
}
