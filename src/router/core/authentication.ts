import { checkTicket } from "../../auth/ticket.js";
import type { Dict } from "../../protocol/dict.js";
import type { Identity } from "./member.js";
import type { Settings } from "../server/options.js";
import { randomId } from "./random-id.js";
import { show } from "./values.js";

/** What comes after HELLO or AUTHENTICATE. */
export type Verdict =
  | { readonly kind: "admitted"; readonly identity: Identity }
  | { readonly kind: "challenge"; readonly method: string; readonly check: (signature: string) => Verdict }
  | { readonly kind: "refused"; readonly reason: string; readonly message: string };

/** Takes the first method of HELLO's `authmethods` that the router offers (WAMP, "Authentication Methods"). */
export function authenticate(details: Dict, settings: Pick<Settings, "anonymous" | "tickets">): Verdict {
  const methods: unknown = details["authmethods"] ?? ["anonymous"];
  const authid: unknown = details["authid"];
  for (const method of Array.isArray(methods) ? methods : []) {
    if (method === "anonymous" && settings.anonymous) return anonymous(authid, settings.tickets);
    if (method === "ticket" && settings.tickets.size > 0) return ticket(authid, settings.tickets);
  }
  return {
    kind: "refused",
    reason: "wamp.error.no_matching_auth_method",
    message: `none of the methods ${show(methods)} is offered`,
  };
}

/** An anonymous session may choose its authid, but not one that somebody has to prove. */
function anonymous(wished: unknown, tickets: Settings["tickets"]): Verdict {
  const authid =
    typeof wished === "string" && wished !== "" && !tickets.has(wished) ? wished : `anonymous-${randomId()}`;
  return admitted(authid, "anonymous", "anonymous");
}

function ticket(authid: unknown, tickets: Settings["tickets"]): Verdict {
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
        ? admitted(authid, "user", "ticket")
        : { kind: "refused", reason: "wamp.error.authentication_failed", message: "the ticket is wrong" },
  };
}

function admitted(authid: string, authrole: string, authmethod: string): Verdict {
  return { kind: "admitted", identity: { authid, authrole, authmethod, authprovider: "static" } };
}
