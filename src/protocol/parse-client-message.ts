import { MessageCode, messageName } from "./codes.js";
import { ProtocolError } from "./errors.js";
import { describe } from "./describe.js";
import { Fields } from "./fields.js";
import type { ClientMessage } from "./messages.js";
import { parseAbort, parseError, parseGoodbye } from "./parse-both.js";
import type { RawMessage } from "./raw-message.js";

/**
 * Parses a message from a client to a router. URIs need only be strings: a router rejects an invalid one with ERROR.
 * Throws `ProtocolError` for a code that no client sends, a wrong number of fields, a wrong type or an invalid id.
 */
export function parseClientMessage(raw: RawMessage): ClientMessage {
  const code = raw.fields[0];
  const name = messageName(code);
  if (name === undefined) throw new ProtocolError(`unknown message code ${describe(code)}`);
  const fields = new Fields(raw, name, "client");
  switch (MessageCode[name]) {
    case MessageCode.PUBLISH:
      fields.arity(4);
      return {
        type: "PUBLISH",
        request: fields.id(1, "request"),
        options: fields.dict(2, "options"),
        topic: fields.string(3, "topic"),
        payload: fields.payload(),
      };
    case MessageCode.CALL:
      fields.arity(4);
      return {
        type: "CALL",
        request: fields.id(1, "request"),
        options: fields.dict(2, "options"),
        procedure: fields.string(3, "procedure"),
        payload: fields.payload(),
      };
    case MessageCode.CANCEL:
      fields.arity(3);
      return { type: "CANCEL", request: fields.id(1, "request"), options: fields.dict(2, "options") };
    case MessageCode.YIELD:
      fields.arity(3);
      return {
        type: "YIELD",
        request: fields.id(1, "request"),
        options: fields.dict(2, "options"),
        payload: fields.payload(),
      };
    case MessageCode.SUBSCRIBE:
      fields.arity(4);
      return {
        type: "SUBSCRIBE",
        request: fields.id(1, "request"),
        options: fields.dict(2, "options"),
        topic: fields.string(3, "topic"),
      };
    case MessageCode.UNSUBSCRIBE:
      fields.arity(3);
      return {
        type: "UNSUBSCRIBE",
        request: fields.id(1, "request"),
        subscription: fields.id(2, "subscription"),
      };
    case MessageCode.REGISTER:
      fields.arity(4);
      return {
        type: "REGISTER",
        request: fields.id(1, "request"),
        options: fields.dict(2, "options"),
        procedure: fields.string(3, "procedure"),
      };
    case MessageCode.UNREGISTER:
      fields.arity(3);
      return {
        type: "UNREGISTER",
        request: fields.id(1, "request"),
        registration: fields.id(2, "registration"),
      };
    case MessageCode.ERROR:
      return parseError(fields, ["INVOCATION"]);
    case MessageCode.HELLO:
      fields.arity(3);
      return { type: "HELLO", realm: fields.string(1, "realm"), details: fields.dict(2, "details") };
    case MessageCode.AUTHENTICATE:
      fields.arity(3);
      return {
        type: "AUTHENTICATE",
        signature: fields.string(1, "signature"),
        extra: fields.dict(2, "extra"),
      };
    case MessageCode.ABORT:
      return parseAbort(fields);
    case MessageCode.GOODBYE:
      return parseGoodbye(fields);
    default:
      throw new ProtocolError(`a client does not send ${name}`);
  }
}
