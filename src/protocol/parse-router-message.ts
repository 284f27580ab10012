import { fromRouter } from "./message-table.js";
import { describe } from "./describe.js";
import type { Dict } from "./dict.js";
import type { RouterMessage } from "./messages.js";
import { isDict, createParser, readDict, readId, readString, requestTypeReader } from "./parse-message.js";
import type { FieldReader, Sender } from "./parse-message.js";

/** Reads a dictionary with content of a third party; anything else counts as an empty one. */
function foreignDict(value: unknown): Dict {
  return isDict(value) ? value : {};
}

/** Reads a URI that a third party has chosen; anything but a string is described by one. */
function foreignUri(value: unknown): string {
  return typeof value === "string" ? value : describe(value);
}

/** Reads a message that may be a revocation: it has details, and its request is 0 (WAMP, "Subscription Revocation"). */
const revocable: Readonly<Record<"request" | "details", FieldReader>> = {
  request: (value, refuse, length) => (value === 0 && length > 2 ? value : readId(value, refuse)),
  details: (value, refuse) => (value === undefined ? value : readDict(value, refuse)),
};

/**
 * The router. Its readers decide by the author of a field what becomes of one that cannot be read, so that no third party can end the
 * session of this client, and with it that of every tab:
 *
 * | fields of a message from the router | author                                                                                 | read by                   |
 * | ----------------------------------- | -------------------------------------------------------------------------------------- | ------------------------- |
 * | code, ids, request type; number     | the router                                                                             | `readId`, …               |
 * | CHALLENGE.AuthMethod                | the router                                                                             | `readString`              |
 * | WELCOME.Details, CHALLENGE.Extra    | an authenticator, and the client itself in the `authextra` that comes back             | `foreignDict`             |
 * | EVENT.Details                       | the publisher, in its authid and in what routers pass on (`forward_for`, `enc_algo`, …) | `foreignDict`             |
 * | INVOCATION.Details                  | the caller, likewise                                                                   | `foreignDict`             |
 * | RESULT.Details                      | the callee, likewise                                                                   | `foreignDict`, if readable |
 * | ERROR.Details, ERROR.Error          | the callee; after other requests than CALL, an authorizer                              | `foreignDict`, `foreignUri` |
 * | INTERRUPT.Options                   | the caller, in the options of its CANCEL                                               | `foreignDict`             |
 * | GOODBYE, ABORT: Details, Reason     | anyone who may call `wamp.session.kill`                                                | `foreignDict`, `foreignUri` |
 * | UNSUBSCRIBED, UNREGISTERED: Details | the router, but its `reason` anyone who may call `wamp.subscription.remove_subscriber` | `readDict`, if readable   |
 * | Arguments, ArgumentsKw              | a third party; only the receiver of the message decodes them                           | nothing                   |
 */
const router: Sender = {
  name: "router",
  messages: fromRouter,
  readers: {
    id: readId,
    string: readString,
    uri: foreignUri,
    dict: foreignDict,
    requestType: requestTypeReader("CALL", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "REGISTER", "UNREGISTER"),
  },
  exceptions: {
    RESULT: { details: (value) => (value === undefined ? value : foreignDict(value)) },
    UNSUBSCRIBED: revocable,
    UNREGISTERED: revocable,
  },
};

/** Parses a message from a router to a client. URIs need only be strings: a router may use any name. Throws `ProtocolError`. */
export const parseRouterMessage = createParser<RouterMessage>(router);
