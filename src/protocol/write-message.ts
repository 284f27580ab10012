import { MessageCode } from "./codes.js";
import type { ClientMessage, RouterMessage } from "./messages.js";
import type { RawMessage } from "./raw-message.js";

/** Returns the fields of a message in their order on the wire; the inverse of the two parsers. */
export function toRaw(message: ClientMessage | RouterMessage): RawMessage {
  const code = MessageCode[message.type];
  switch (message.type) {
    case "HELLO":
      return envelope(code, message.realm, message.details);
    case "WELCOME":
      return envelope(code, message.session, message.details);
    case "ABORT":
    case "GOODBYE":
      return envelope(code, message.details, message.reason);
    case "CHALLENGE":
      return envelope(code, message.method, message.extra);
    case "AUTHENTICATE":
      return envelope(code, message.signature, message.extra);
    case "ERROR":
      return {
        fields: [code, MessageCode[message.requestType], message.request, message.details, message.error],
        payload: message.payload,
      };
    case "PUBLISH":
      return { fields: [code, message.request, message.options, message.topic], payload: message.payload };
    case "PUBLISHED":
      return envelope(code, message.request, message.publication);
    case "SUBSCRIBE":
      return envelope(code, message.request, message.options, message.topic);
    case "SUBSCRIBED":
      return envelope(code, message.request, message.subscription);
    case "UNSUBSCRIBE":
      return envelope(code, message.request, message.subscription);
    case "UNSUBSCRIBED":
    case "UNREGISTERED":
      return message.details === undefined
        ? envelope(code, message.request)
        : envelope(code, message.request, message.details);
    case "EVENT":
      return {
        fields: [code, message.subscription, message.publication, message.details],
        payload: message.payload,
      };
    case "CALL":
      return {
        fields: [code, message.request, message.options, message.procedure],
        payload: message.payload,
      };
    case "CANCEL":
    case "INTERRUPT":
      return envelope(code, message.request, message.options);
    case "RESULT":
      return { fields: [code, message.request, message.details], payload: message.payload };
    case "REGISTER":
      return envelope(code, message.request, message.options, message.procedure);
    case "REGISTERED":
      return envelope(code, message.request, message.registration);
    case "UNREGISTER":
      return envelope(code, message.request, message.registration);
    case "INVOCATION":
      return {
        fields: [code, message.request, message.registration, message.details],
        payload: message.payload,
      };
    case "YIELD":
      return { fields: [code, message.request, message.options], payload: message.payload };
  }
}

function envelope(...fields: readonly unknown[]): RawMessage {
  return { fields, payload: undefined };
}
