import type { Codecs } from "../../codec/codecs.js";
import type { Serializer } from "../../codec/serializer.js";
import { transcode } from "../../codec/transcode.js";
import { MAX_ID } from "../../protocol/ids.js";
import { isOwnSerializer } from "../../protocol/payload.js";
import type { Payload } from "../../protocol/payload.js";
import { invalidArgument } from "../error-records.js";
import type { Refusal } from "./refusal.js";

const CALL = 48;

/** Returns the payload in the session's serializer, or the reason why it has none. */
export function toWirePayload(payload: Payload, serializer: Serializer, codecs: Codecs): Payload | Refusal {
  if (!isPayload(payload)) return { refused: invalidArgument("The arguments", typeof payload, "encoded") };
  const { name, custom = false } = serializer;
  if (payload.serializer === name && !custom) return payload;
  try {
    const fitting = transcode(payload, codecs.get(payload.serializer), serializer);
    // The application's code has encoded it, and will do so again with the message.
    if (custom) serializer.encode({ fields: [CALL, MAX_ID, {}, ""], payload: fitting });
    return fitting;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { refused: invalidArgument("The arguments", reason, `values that ${name} can carry`) };
  }
}

/** Tells whether a value from a tab has the form of a payload. Its content was written by this package's own encoder, or is checked. */
function isPayload(value: unknown): value is Payload {
  if (typeof value !== "object" || value === null) return false;
  const { serializer, count, data } = value as Partial<Record<keyof Payload, unknown>>;
  const isText = serializer === "json" || (typeof data === "string" && !isOwnSerializer(serializer));
  const hasContent = isText ? typeof data === "string" : data instanceof Uint8Array;
  return hasContent && (count === 0 || count === 1 || count === 2);
}
