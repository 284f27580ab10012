import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";

/** Size in bytes of an envelope without its URI and options: code, ids, brackets. */
const ENVELOPE = 64;

/** Returns the size of a message as counted in a queue, in characters or bytes. */
export function queuedSize(uri: string, options: Dict, payload?: Payload): number {
  return uri.length + jsonLength(options) + (payload?.data.length ?? 0);
}

/** Returns the size of a tab's request as counted in a queue, in characters or bytes; 0 for one that gives something back. */
export function requestSize(request: AnsweredRequest): number {
  if (!("timeout" in request)) return 0;
  return queuedSize(uriOf(request), request.options, "payload" in request ? request.payload : undefined);
}

/** Returns the procedure, the topic or the pattern of a request. */
export function uriOf(request: { readonly topic: string } | { readonly procedure: string }): string {
  return "topic" in request ? request.topic : request.procedure;
}

/** Returns an upper bound for the size in bytes of a message without its payload. */
export function envelopeSize(uri: string, options: Dict): number {
  return ENVELOPE + 3 * uri.length + 3 * jsonLength(options);
}

/** Returns the length of options or details as JSON; those of MessagePack may hold bigints. Most requests have none. */
function jsonLength(options: Dict): number {
  for (const _name in options)
    return JSON.stringify(options, (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ).length;
  return 2;
}

/** Returns the size of encoded data in bytes of UTF-8: exact near the limit, otherwise an upper bound. */
export function byteLength(data: string | Uint8Array, limit: number): number {
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
