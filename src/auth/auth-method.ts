import type { Dict } from "../protocol/dict.js";

/**
 * One authentication method, client side (WAMP, "Authentication Methods"): begins a run of itself. Each connection has a run of its
 * own, and one more each time that the application is asked again.
 */
export type AuthMethod = (claim: Claim) => AuthExchange;

/** The identity that a session claims, and the way to its proof. */
export interface Claim {
  readonly authid?: string;
  /** Fetches the secret; may ask a person, and may reject. */
  readonly secret: () => Promise<string>;
}

/** One run of one authentication method. It alone holds the secret, which is forgotten with it. */
export interface AuthExchange {
  /** The method's name, in HELLO's `authmethods` and in CHALLENGE. */
  readonly method: string;
  /** Fetches everything that has to be loaded or asked before the socket opens. Rejects when there is no secret. */
  prepare(): Promise<void>;
  /** The method's part of HELLO.Details; complete after `prepare`. */
  readonly hello: { readonly authid?: string; readonly authextra?: Dict };
  /** Answers CHALLENGE with the fields of AUTHENTICATE. Rejects when the challenge has no answer. */
  challenge(extra: Dict): Promise<{ readonly signature: string; readonly extra: Dict }>;
}

/** Returns the claimed authid as a part of HELLO.Details; nothing where none is claimed. */
export function claimedAuthid({ authid }: Claim): { readonly authid?: string } {
  return authid === undefined ? {} : { authid };
}
