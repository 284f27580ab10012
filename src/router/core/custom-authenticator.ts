import type { Dict } from "../../protocol/dict.js";
import { isText } from "../../protocol/text.js";
import type { Authenticator, Proof } from "./authenticators.js";
import { isDict, show } from "./values.js";

/**
 * An authentication method of your own (WAMP, "Authentication Methods"). The functions may be asynchronous. If one throws or rejects, its
 * error goes to `log`, and the session is refused with `wamp.error.authentication_failed`.
 *
 * @example
 * await startRouter({
 *   auth: {
 *     custom: {
 *       pin: {
 *         challenge: ({ authid }) => (authid === "joe" ? { nonce: 17 } : undefined),
 *         check: ({ signature }) => signature === "17:1234" && { authrole: "operator" },
 *       },
 *     },
 *   },
 * });
 */
export interface CustomMethod {
  /**
   * Makes the challenge.
   *
   * @param hello HELLO.Details as the client has sent them, with `authid`, `authrole`, `authextra` and details of the application
   * @returns CHALLENGE.Extra, or nothing if nobody is known by these details: then the reason is `wamp.error.no_such_principal`
   */
  readonly challenge: (hello: Dict) => Dict | undefined | Promise<Dict | undefined>;
  /**
   * Judges the answer.
   *
   * @returns false to refuse the session with `wamp.error.authentication_failed`, true to admit it as the `authid` of HELLO, or its identity
   */
  readonly check: (answer: CustomAnswer) => boolean | CustomIdentity | Promise<boolean | CustomIdentity>;
}

/** A client's answer to a challenge (WAMP, "AUTHENTICATE"), and what came before it. */
export interface CustomAnswer {
  /** AUTHENTICATE.Signature. */
  readonly signature: string;
  /** AUTHENTICATE.Extra. */
  readonly extra: Dict;
  /** CHALLENGE.Extra. */
  readonly challenge: Dict;
  /** HELLO.Details. */
  readonly hello: Dict;
}

/** The identity that a method of your own gives to a session, for WELCOME. */
export interface CustomIdentity {
  /**
   * Name of the principal.
   * @default the `authid` of HELLO
   */
  readonly authid?: string;
  /**
   * Role of the principal.
   * @default "user"
   */
  readonly authrole?: string;
  /**
   * Further details.
   * @default none
   */
  readonly authextra?: Dict;
}

/** The router's side of a method of the application. Its exchanges reject if the functions do, or return what they must not. */
export function customAuthenticator(name: string, method: CustomMethod): Authenticator {
  const wrong = (part: string, expected: string, value: unknown): TypeError =>
    new TypeError(`auth.custom.${name}.${part} must return ${expected}, got ${show(value)}`);
  return {
    // Only the functions know.
    knows: () => false,
    begin: async (hello) => {
      const challenge: unknown = await method.challenge(hello);
      if (challenge === undefined || challenge === null) return undefined;
      if (!isDict(challenge)) throw wrong("challenge", "an object, or nothing", challenge);
      return {
        extra: challenge,
        check: async (signature, extra) => {
          const verdict: unknown = await method.check({ signature, extra, challenge, hello });
          if (verdict === false) return undefined;
          if (verdict !== true && !isDict(verdict)) throw wrong("check", "a boolean or an identity", verdict);
          const proof: Dict = { authid: hello["authid"], ...(verdict !== true && verdict) };
          if (isProof(proof)) return proof;
          throw wrong("check", "an authid, where HELLO has none, and other members as documented", verdict);
        },
      };
    },
  };
}

function isProof(proof: Dict): proof is Dict & Proof {
  const { authid, authrole, authextra } = proof;
  return (
    isText(authid) &&
    authid !== "" &&
    (authrole === undefined || isText(authrole)) &&
    (authextra === undefined || isDict(authextra))
  );
}
