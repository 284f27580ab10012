import type { Dict } from "../protocol/dict.js";

/**
 * The client side of one authentication method (WAMP, "Authentication Methods"): starts an exchange. Each connection has an exchange of
 * its own, and a new one each time that the application is asked again.
 */
export type AuthMethod = (claim: Claim) => AuthExchange;

/** The identity that a session claims, and the means to prove it. */
export interface Claim {
  readonly authid?: string | undefined;
  /**
   * Fetches the secret; may prompt the user, and may reject.
   * @param challenge CHALLENGE.Extra, if the router has chosen the method before the secret is there
   */
  readonly secret: (challenge?: Dict) => Promise<string>;
  /** Set if the key of WAMP-CRA, where the router does not salt it, is the password in Base64. */
  readonly unsaltedKey?: "base64" | undefined;
}

/** The fields of AUTHENTICATE. */
export interface ChallengeAnswer {
  readonly signature: string;
  readonly extra: Dict;
}

/** One authentication exchange. It is the only holder of the secret, which is discarded with it. */
export interface AuthExchange {
  /** The method's name, in HELLO's `authmethods` and in CHALLENGE. */
  readonly method: string;
  /** True if HELLO cannot be made without the secret. */
  readonly isSecretInHello?: boolean;
  /**
   * Loads or asks for everything that is needed. Rejects if there is no secret.
   * @param challenge CHALLENGE.Extra, if the router has chosen the method; otherwise the socket is not open yet
   */
  prepare(challenge?: Dict): Promise<void>;
  /** The method's part of HELLO.Details; complete after `prepare`. */
  readonly hello: { readonly authid?: string; readonly authextra?: Dict };
  /** Answers CHALLENGE with the fields of AUTHENTICATE. Rejects if the challenge cannot be answered. */
  challenge(extra: Dict): Promise<ChallengeAnswer>;
  /** Judges WELCOME.Details: a method can have the router prove its identity too. Throws if it has not. */
  welcome?(details: Dict): void;
}

/** Returns the claimed authid as part of HELLO.Details; an empty object if none is claimed. */
export function claimedAuthid({ authid }: Pick<Claim, "authid">): { readonly authid?: string } {
  return authid === undefined ? {} : { authid };
}
