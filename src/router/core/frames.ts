import type { Codecs } from "../../codec/codecs.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { toRaw } from "../../protocol/write-message.js";

/**
 * Transcodes a payload to another serializer; a payload that already uses it is returned unchanged. Throws `DecodeError` or
 * `EncodeError`.
 */
export function convertPayload(payload: Payload, to: Serializer, codecs: Codecs): Payload {
  return transcode(payload, codecs.get(payload.serializer), to);
}

/** Encodes a message as a frame. Throws the errors of {@link convertPayload}. */
export function encodeMessage(
  message: RouterMessage,
  serializer: Serializer,
  codecs: Codecs,
): Frame<ArrayBuffer> {
  if (!("payload" in message)) return serializer.encode(toRaw(message));
  const payload = convertPayload(message.payload, serializer, codecs);
  return serializer.encode(toRaw({ ...message, payload }));
}
