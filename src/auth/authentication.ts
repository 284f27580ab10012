import type { Dict } from "../protocol/dict.js";
import type { AuthMethod, ChallengeAnswer } from "./auth-method.js";
import { createOffer } from "./auth-offer.js";
import type { AuthOffer, OfferedMethod } from "./auth-offer.js";
import { signedByApplication } from "./signed.js";

/** One of the methods that a session is configured with. */
export interface ConfiguredMethod extends Pick<OfferedMethod, "authrole" | "authextra"> {
  readonly method: string;
  readonly authid?: string | undefined;
  /** "ask" or "none" if an application is asked for the secret. */
  readonly secret?: unknown;
  readonly unsaltedKey?: "base64" | undefined;
  /** Set if the application answers the challenge. */
  readonly sign?: unknown;
}

/** The secrets and signatures of the application. */
export interface AuthAnswers {
  /** Returns the secret of a method; called once for each exchange that needs one. */
  secret(method: string, challenge?: Dict): Promise<string>;
  /** Returns the application's answer to a challenge. */
  signature(method: string, challenge: Dict): Promise<ChallengeAnswer>;
}

/**
 * Returns a function that starts the authentication of one connection by the configured methods, or by one of them alone.
 */
export type Authentication = (
  configured: readonly ConfiguredMethod[],
  answers: AuthAnswers,
) => (only?: string) => AuthOffer;

export function createAuthentication(methods: Readonly<Record<string, AuthMethod>>): Authentication {
  return (configured, answers) => {
    const offered = (config: ConfiguredMethod, isAlone: boolean): OfferedMethod => {
      const { method, authid, secret, sign, authrole, authextra, unsaltedKey } = config;
      const known = methods[method];
      if (sign !== undefined || known === undefined) {
        const exchange = signedByApplication(method, authid, (challenge) =>
          answers.signature(method, challenge),
        );
        return { exchange, deferred: "signature", authrole, authextra };
      }
      const exchange = known({
        authid,
        unsaltedKey,
        secret: (challenge) => answers.secret(method, challenge),
      });
      const mayWait = !isAlone && typeof secret === "string" && exchange.isSecretInHello !== true;
      return { exchange, deferred: mayWait ? "secret" : undefined, authrole, authextra };
    };
    return (only) => {
      const chosen = configured.filter(({ method }) => only === undefined || method === only);
      return createOffer(chosen.map((config) => offered(config, chosen.length === 1)));
    };
  };
}
