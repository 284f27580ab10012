import type { Codecs } from "../../codec/codecs.js";
import type { Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import type { Payload } from "../../protocol/payload.js";
import { invalidArgument } from "../error-records.js";
import type { Refusal } from "./refusal.js";

/** Returns the payload in the session's serializer, or the reason why it has none. */
export function toWirePayload(payload: Payload, serializer: Serializer, codecs: Codecs): Payload | Refusal {
  if (!isPayload(payload)) return { refused: invalidArgument("The arguments", typeof payload, "encoded") };
  if (payload.serializer === serializer.name) return payload;
  try {
    return transcode(payload, codecs.get(payload.serializer), serializer);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { refused: invalidArgument("The arguments", reason, `values that ${serializer.name} can carry`) };
  }
}

/** Tells whether a value from a tab has the form of a payload. Its content was written by this package's own encoder. */
function isPayload(value: unknown): value is Payload {
  if (typeof value !== "object" || value === null) return false;
  const { serializer, count, data } = value as Partial<Record<keyof Payload, unknown>>;
  const hasContent = serializer === "json" ? typeof data === "string" : data instanceof Uint8Array;
  return hasContent && (count === 0 || count === 1 || count === 2);
}
