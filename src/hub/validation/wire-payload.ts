import type { ErrorRecord } from "../../contract/errors.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { transcode } from "../../codec/transcode.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { invalidArgument, overflow } from "../error-records.js";
import type { WireSession } from "../../connection/wire-session.js";

/** Bytes of an envelope beside its URI and options: code, ids, brackets. */
const ENVELOPE = 64;

/** Size of a message as it is counted in queues: characters or bytes. */
export function queuedSize(uri: string, options: Dict, payload?: Payload): number {
  return uri.length + JSON.stringify(options).length + (payload?.data.length ?? 0);
}

/** The same of a request of a tab. */
export function requestSize(request: AnsweredRequest): number {
  switch (request.kind) {
    case "call":
      return queuedSize(request.procedure, request.options, request.payload);
    case "publish":
      return queuedSize(request.topic, request.options, request.payload);
    case "subscribe":
      return queuedSize(request.topic, request.options);
    case "register":
      return queuedSize(request.procedure, request.options);
    case "unsubscribe":
    case "unregister":
      return 0;
  }
}

/**
 * The payload in the line's serializer, or why the message cannot go out: a message over the router's limit would
 * cost everybody the connection (RFC 6455 section 7.4.1, code 1009).
 */
export function toWirePayload(
  message: { readonly payload: Payload; readonly uri: string; readonly options: Dict },
  session: WireSession,
  env: Environment,
  maxMessageSize: number,
): Payload | { readonly refused: ErrorRecord } {
  let payload = message.payload;
  if (payload.serializer !== session.serializer.name) {
    try {
      payload = transcode(payload, env.codecs.get(payload.serializer), session.serializer);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return {
        refused: invalidArgument("The arguments", why, `values that ${session.serializer.name} can carry`),
      };
    }
  }
  const size = byteLength(payload.data, maxMessageSize) + envelopeSize(message.uri, message.options);
  return size > maxMessageSize ? { refused: overflow("maxMessageSize", size, maxMessageSize) } : payload;
}

export function isRefused(
  fitted: Payload | { readonly refused: ErrorRecord },
): fitted is { readonly refused: ErrorRecord } {
  return "refused" in fitted;
}

/** Refuses a request whose envelope alone is too large; its payload is measured when the serializer is known. */
export function refuseTooLarge(request: AnsweredRequest, maxMessageSize: number): ErrorRecord | undefined {
  if (request.kind === "unsubscribe" || request.kind === "unregister") return undefined;
  const size = envelopeSize("topic" in request ? request.topic : request.procedure, request.options);
  return size > maxMessageSize ? overflow("maxMessageSize", size, maxMessageSize) : undefined;
}

/** Upper bound in bytes of what stands around the payload. */
function envelopeSize(uri: string, options: Dict): number {
  return ENVELOPE + 3 * uri.length + 3 * JSON.stringify(options).length;
}

/** UTF-8 bytes; exact where it could matter, an upper bound far below the limit. */
function byteLength(data: string | Uint8Array, limit: number): number {
  if (typeof data !== "string") return data.byteLength;
  return data.length * 3 < limit / 2 ? data.length * 3 : utf8Length(data);
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A surrogate pair is two units and four bytes.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
}
