import { checkTicket } from "../../auth/ticket.js";
import type { Dict } from "../../protocol/dict.js";
import { isText } from "../../protocol/text.js";
import type { Environment } from "./environment.js";
import type { Identity } from "./member.js";
import type { CoreSettings } from "./settings.js";
import { show } from "./values.js";

/** The router's answer to HELLO or AUTHENTICATE. */
export type Verdict =
  | { readonly kind: "admitted"; readonly identity: Identity }
  | { readonly kind: "challenge"; readonly method: string; readonly check: (signature: string) => Verdict }
  | { readonly kind: "refused"; readonly reason: string; readonly message: string };

/** Uses the first of HELLO's `authmethods` that the router offers (WAMP, "Authentication Methods"). */
export function authenticate(
  details: Dict,
  { anonymous, tickets }: Pick<CoreSettings, "anonymous" | "tickets">,
  { randomId }: Pick<Environment, "randomId">,
): Verdict {
  const methods: unknown = details["authmethods"] ?? ["anonymous"];
  const authid: unknown = details["authid"];
  for (const method of Array.isArray(methods) ? methods : []) {
    if (method === "anonymous" && anonymous) return admitAnonymous(authid, tickets, randomId);
    if (method === "ticket" && tickets.size > 0) return challengeForTicket(authid, tickets);
  }
  return {
    kind: "refused",
    reason: "wamp.error.no_matching_auth_method",
    message: `none of the methods ${show(methods)} is offered`,
  };
}

/** Admits an anonymous session with the authid that it requests, unless that authid must be proved with a ticket or is no text. */
function admitAnonymous(
  requested: unknown,
  tickets: CoreSettings["tickets"],
  randomId: () => number,
): Verdict {
  const authid =
    isText(requested) && requested !== "" && !tickets.has(requested) ? requested : `anonymous-${randomId()}`;
  return admit(authid, "anonymous", "anonymous");
}

function challengeForTicket(authid: unknown, tickets: CoreSettings["tickets"]): Verdict {
  const expected = typeof authid === "string" ? tickets.get(authid) : undefined;
  if (typeof authid !== "string" || expected === undefined) {
    return {
      kind: "refused",
      reason: "wamp.error.no_such_principal",
      message: `no ticket is known for the authid ${show(authid)}`,
    };
  }
  return {
    kind: "challenge",
    method: "ticket",
    check: (signature) =>
      checkTicket(expected, signature)
        ? admit(authid, "user", "ticket")
        : { kind: "refused", reason: "wamp.error.authentication_failed", message: "the ticket is wrong" },
  };
}

function admit(authid: string, authrole: string, authmethod: string): Verdict {
  return { kind: "admitted", identity: { authid, authrole, authmethod, authprovider: "static" } };
}
