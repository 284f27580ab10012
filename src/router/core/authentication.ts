import type { Dict } from "../../protocol/dict.js";
import { isText } from "../../protocol/text.js";
import type { Authenticator, Exchange, Proof } from "./authenticators.js";
import type { Environment } from "./environment.js";
import type { Identity } from "./member.js";
import type { CoreSettings } from "./settings.js";
import { show } from "./values.js";

/** The router's answer to HELLO or AUTHENTICATE. */
export type Verdict =
  | { readonly kind: "admitted"; readonly identity: Identity }
  | {
      readonly kind: "challenge";
      readonly method: string;
      readonly extra: Dict;
      readonly check: (signature: string, extra: Dict) => Verdict | Promise<Verdict>;
    }
  | { readonly kind: "refused"; readonly reason: string; readonly message: string };

type Authenticators = CoreSettings["authenticators"];

/**
 * Uses the first of HELLO's `authmethods` that the router offers (WAMP, "Authentication Methods"). Rejects if a method of the application
 * does, and so does `check` of the verdict.
 *
 * @param known the identity that the browser with this cookie has proved before
 */
export function authenticate(
  details: Dict,
  { anonymous, authenticators }: Pick<CoreSettings, "anonymous" | "authenticators">,
  { randomId }: Pick<Environment, "randomId">,
  known?: Identity,
): Verdict | Promise<Verdict> {
  const methods: unknown = details["authmethods"] ?? ["anonymous"];
  const authid: unknown = details["authid"];
  for (const method of Array.isArray(methods) ? (methods as unknown[]) : []) {
    if (method === "cookie" && known !== undefined && known.authid === (authid ?? known.authid))
      return admit(known.authid, known.authrole, method);
    if (method === "anonymous" && anonymous) return admitAnonymous(authid, authenticators, randomId);
    const authenticator = typeof method === "string" ? authenticators.get(method) : undefined;
    if (typeof method === "string" && authenticator !== undefined)
      return challenge(method, authenticator, details);
  }
  return {
    kind: "refused",
    reason: "wamp.error.no_matching_auth_method",
    message: `none of the methods ${show(methods)} is offered`,
  };
}

/** Admits an anonymous session with the authid that it requests, unless that authid must be proved or is no text. */
function admitAnonymous(requested: unknown, authenticators: Authenticators, randomId: () => number): Verdict {
  const isFree = (authid: string): boolean =>
    ![...authenticators.values()].some(({ knows }) => knows(authid));
  const authid =
    isText(requested) && requested !== "" && isFree(requested) ? requested : `anonymous-${randomId()}`;
  return admit(authid, "anonymous", "anonymous");
}

// Not async, like the next one: what needs no time must be answered at once.
function challenge(method: string, { begin }: Authenticator, hello: Dict): Verdict | Promise<Verdict> {
  const begun = begin(hello);
  return begun instanceof Promise ? begun.then(verdict) : verdict(begun);

  function verdict(exchange: Exchange | undefined): Verdict {
    if (exchange === undefined) {
      return {
        kind: "refused",
        reason: "wamp.error.no_such_principal",
        message: `the method "${method}" knows nobody with the authid ${show(hello["authid"])}`,
      };
    }
    const { extra, check } = exchange;
    return { kind: "challenge", method, extra, check: (...answer) => judge(method, check(...answer)) };
  }
}

function judge(method: string, proof: ReturnType<Exchange["check"]>): Verdict | Promise<Verdict> {
  return proof instanceof Promise ? proof.then(verdict) : verdict(proof);

  function verdict(outcome: Proof | undefined): Verdict {
    if (outcome !== undefined) {
      const { authid, authrole = "user", authextra } = outcome;
      return admit(authid, authrole, method, authextra);
    }
    const message = method === "ticket" ? "the ticket is wrong" : "the signature is wrong";
    return { kind: "refused", reason: "wamp.error.authentication_failed", message };
  }
}

function admit(authid: string, authrole: string, authmethod: string, authextra?: Dict): Verdict {
  const identity = { authid, authrole, authmethod, authprovider: "static" };
  return { kind: "admitted", identity: authextra === undefined ? identity : { ...identity, authextra } };
}
