import type { RequestName } from "./codes.js";
import { messageName } from "./codes.js";
import type { Fields } from "./fields.js";
import type { Abort, ErrorMessage, Goodbye } from "./messages.js";

// Messages that either peer may send.

export function parseAbort(fields: Fields): Abort {
  // Arguments may follow the reason; they are ignored.
  fields.arity(3, 5);
  return { type: "ABORT", details: fields.foreignDict(1, "details"), reason: fields.foreignUri(2, "reason") };
}

export function parseGoodbye(fields: Fields): Goodbye {
  fields.arity(3);
  return {
    type: "GOODBYE",
    details: fields.foreignDict(1, "details"),
    reason: fields.foreignUri(2, "reason"),
  };
}

/** @param answerable the requests that the sender of this ERROR may have received */
export function parseError(fields: Fields, answerable: readonly RequestName[]): ErrorMessage {
  fields.arity(5);
  const code = fields.id(1, "request type");
  const requestType = answerable.find((name) => name === messageName(code));
  if (requestType === undefined) {
    return fields.refuse(1, "request type", `the code of ${answerable.join(", ")}`);
  }
  return {
    type: "ERROR",
    requestType,
    request: fields.id(2, "request"),
    details: fields.foreignDict(3, "details"),
    error: fields.foreignUri(4, "error"),
    payload: fields.payload(),
  };
}
