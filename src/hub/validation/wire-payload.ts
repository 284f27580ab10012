import { transcode } from "../../codec/transcode.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { invalidArgument, overflow } from "../error-records.js";
import { byteLength, envelopeSize } from "./message-size.js";

interface Refusal {
  readonly refused: ErrorRecord;
}

/**
 * Returns the payload in the session's serializer, or the reason why the message must not be sent: a message above the router's limit
 * would cost every tab the connection (RFC 6455, section 7.4.1, code 1009).
 * @param maxMessageSize bytes
 */
export function toWirePayload(
  message: { readonly payload: Payload; readonly uri: string; readonly options: Dict },
  { serializer }: WireSession,
  { codecs }: Pick<Environment, "codecs">,
  maxMessageSize: number,
): Payload | Refusal {
  let { payload } = message;
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

export function isRefused(result: Payload | Refusal): result is Refusal {
  return "refused" in result;
}
