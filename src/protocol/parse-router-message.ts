import { MessageCode, messageName } from "./codes.js";
import type { RequestName } from "./codes.js";
import { ProtocolError } from "./errors.js";
import { describe } from "./describe.js";
import { Fields } from "./fields.js";
import type { WireRequestId } from "./ids.js";
import type { RouterMessage } from "./messages.js";
import { parseAbort, parseError, parseGoodbye } from "./parse-both.js";
import type { RawMessage } from "./raw-message.js";

/** The requests that a router can answer with ERROR. */
const ANSWERABLE: readonly RequestName[] = [
  "CALL",
  "PUBLISH",
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "REGISTER",
  "UNREGISTER",
];

/**
 * Parses a message from a router to a client. URIs need only be strings: a router may use any name.
 * Throws `ProtocolError` for a code that no router sends, a wrong number of fields, an invalid id or a wrong type of a field that the
 * router itself writes: {@link Fields} names them.
 */
export function parseRouterMessage(raw: RawMessage): RouterMessage {
  const code = raw.fields[0];
  const name = messageName(code);
  if (name === undefined) throw new ProtocolError(`unknown message code ${describe(code)}`);
  const fields = new Fields(raw, name, "router");
  switch (MessageCode[name]) {
    case MessageCode.EVENT:
      fields.arity(4);
      return {
        type: "EVENT",
        subscription: fields.id(1, "subscription"),
        publication: fields.id(2, "publication"),
        details: fields.foreignDict(3, "details"),
        payload: fields.payload(),
      };
    case MessageCode.RESULT:
      fields.arity(3);
      return {
        type: "RESULT",
        request: fields.id(1, "request"),
        ...(fields.isReadable(2) ? {} : { unreadable: true as const }),
        details: fields.foreignDict(2, "details"),
        payload: fields.payload(),
      };
    case MessageCode.INVOCATION:
      fields.arity(4);
      return {
        type: "INVOCATION",
        request: fields.id(1, "request"),
        registration: fields.id(2, "registration"),
        details: fields.foreignDict(3, "details"),
        payload: fields.payload(),
      };
    case MessageCode.INTERRUPT:
      fields.arity(3);
      return {
        type: "INTERRUPT",
        request: fields.id(1, "request"),
        options: fields.foreignDict(2, "options"),
      };
    case MessageCode.PUBLISHED:
      fields.arity(3);
      return {
        type: "PUBLISHED",
        request: fields.id(1, "request"),
        publication: fields.id(2, "publication"),
      };
    case MessageCode.SUBSCRIBED:
      fields.arity(3);
      return {
        type: "SUBSCRIBED",
        request: fields.id(1, "request"),
        subscription: fields.id(2, "subscription"),
      };
    case MessageCode.UNSUBSCRIBED:
      return { type: "UNSUBSCRIBED", ...undone(fields) };
    case MessageCode.REGISTERED:
      fields.arity(3);
      return {
        type: "REGISTERED",
        request: fields.id(1, "request"),
        registration: fields.id(2, "registration"),
      };
    case MessageCode.UNREGISTERED:
      return { type: "UNREGISTERED", ...undone(fields) };
    case MessageCode.ERROR:
      return parseError(fields, ANSWERABLE);
    case MessageCode.WELCOME:
      fields.arity(3);
      return { type: "WELCOME", session: fields.id(1, "session"), details: fields.foreignDict(2, "details") };
    case MessageCode.CHALLENGE:
      fields.arity(3);
      return { type: "CHALLENGE", method: fields.string(1, "method"), extra: fields.foreignDict(2, "extra") };
    case MessageCode.ABORT:
      return parseAbort(fields);
    case MessageCode.GOODBYE:
      return parseGoodbye(fields);
    default:
      throw new ProtocolError(`a router does not send ${name}`);
  }
}

/** Parses UNSUBSCRIBED or UNREGISTERED; request 0 with details is a revocation (WAMP, "Subscription Revocation"). */
function undone(fields: Fields) {
  fields.arity(2, 3);
  if (!fields.has(2)) return { request: fields.id<WireRequestId>(1, "request"), details: undefined };
  return {
    request: fields.idOrZero<WireRequestId>(1, "request"),
    details: fields.partlyForeignDict(2, "details"),
  };
}
