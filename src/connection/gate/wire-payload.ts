import type { Codecs } from "../../codec/codecs.js";
import type { Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { invalidArgument, overflow } from "../error-records.js";
import { byteLength, envelopeSize } from "./message-size.js";
import type { Refusal } from "./refusal.js";

/**
 * Returns the payload in the session's serializer, or the reason why the message must not be sent: a message above the router's limit
 * would cost every tab the connection (RFC 6455, section 7.4.1, code 1009).
 * @param maxMessageSize bytes
 */
export function toWirePayload(
  message: { readonly payload: Payload; readonly uri: string; readonly options: Dict },
  serializer: Serializer,
  codecs: Codecs,
  maxMessageSize: number,
): Payload | Refusal {
  let { payload } = message;
  if (!isPayload(payload)) return { refused: invalidArgument("The arguments", typeof payload, "encoded") };
  if (payload.serializer !== serializer.name) {
    try {
      payload = transcode(payload, codecs.get(payload.serializer), serializer);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return {
        refused: invalidArgument("The arguments", reason, `values that ${serializer.name} can carry`),
      };
    }
  }
  const size = byteLength(payload.data, maxMessageSize) + envelopeSize(message.uri, message.options);
  return size > maxMessageSize ? { refused: overflow("maxMessageSize", size, maxMessageSize) } : payload;
}

/** Tells whether a value from a tab has the form of a payload. Its content was written by this package's own encoder. */
function isPayload(value: unknown): value is Payload {
  if (typeof value !== "object" || value === null) return false;
  const { serializer, count, data } = value as Partial<Record<keyof Payload, unknown>>;
  const hasContent = serializer === "json" ? typeof data === "string" : data instanceof Uint8Array;
  return hasContent && (count === 0 || count === 1 || count === 2);
}
