import type { ClientMessage } from "../protocol/messages.js";
import { checkUri } from "../protocol/uri.js";

const cancelModes = ["skip", "kill", "killnowait"];

/** Returns the reason why Crossbar.io would close the socket although the development router answers with ERROR or not at all. */
export function violation(message: ClientMessage): string | undefined {
  switch (message.type) {
    case "CANCEL":
      return cancelModes.includes(String(message.options["mode"])) ? undefined : "CANCEL: unknown mode";
    case "CALL":
      return invalidUri(message.type, message.procedure, "exact");
    case "PUBLISH":
      return invalidUri(message.type, message.topic, "exact");
    case "SUBSCRIBE":
      return invalidUri(message.type, message.topic, message.options["match"]);
    case "REGISTER":
      return invalidUri(message.type, message.procedure, message.options["match"]);
    case "ERROR":
    case "HELLO":
    case "AUTHENTICATE":
    case "ABORT":
    case "GOODBYE":
    case "UNSUBSCRIBE":
    case "UNREGISTER":
    case "YIELD":
      return undefined;
  }
}

function invalidUri(type: string, uri: string, match: unknown): string | undefined {
  const broken =
    match === "prefix" || match === "wildcard"
      ? checkUri(uri, { pattern: match }, "loose")
      : checkUri(uri, "topic", "loose");
  return broken === undefined ? undefined : `${type}: URI ${JSON.stringify(uri)}`;
}
