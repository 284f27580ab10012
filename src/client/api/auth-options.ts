import type { Dict } from "../../protocol/dict.js";

/** An authentication method of a session; `method` is the discriminant. */
export type AuthOptions = OpenAuth | TicketAuth | PasswordAuth | CryptosignAuth | SignedAuth;

/** A request for a secret, as the application gets it. */
export interface SecretRequest {
  /** The authentication method. */
  readonly method: string;
  /** CHALLENGE.Extra, if several methods are offered and the router has chosen this one; otherwise there is no connection yet. */
  readonly challenge?: Dict;
  /** Aborted when the answer is no longer needed: another tab has answered, the time is over, or the session is closed. */
  readonly signal: AbortSignal;
}

/** A challenge that the application itself answers. */
export interface ChallengeRequest {
  /** The authentication method that the router chose. */
  readonly method: string;
  /** CHALLENGE.Extra. */
  readonly challenge: Dict;
  /** Aborted when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** The application's answer to a challenge (WAMP, "AUTHENTICATE"). */
export interface SignedChallenge {
  /** AUTHENTICATE.Signature. */
  readonly signature: string;
  /** AUTHENTICATE.Extra. */
  readonly extra?: Dict | undefined;
}

/**
 * A secret, or a function that returns it, or a promise of it, or null if there is no answer yet: then the session stays in the state
 * "authenticating", and the function is called again after `session.reconnectNow()`.
 *
 * The function is called for each connection, before the socket opens, in one of the tabs that share the session: first in one that its
 * user sees, after 5 s or a failure in the next; in a page that calls `connect` several times, the latest function. Of several methods, only
 * the one that the router chooses is asked for, except cryptosign, whose key is part of HELLO.
 *
 * The secret is never written to storage, and no error, warning or status contains it. If the router refuses it and another tab passed a
 * different one, that is tried next.
 */
export type Secret = string | ((request: SecretRequest) => string | null | Promise<string | null>);

/** Fields common to all methods. */
export interface AuthBase {
  /** The authid to claim; the router may assign a different one. All methods of a session have the same. */
  readonly authid?: string | undefined;
  /** The authrole to ask for; the router decides. */
  readonly authrole?: string | undefined;
  /** Members of HELLO.Details.authextra in addition to those of the method; of several methods, all together. */
  readonly authextra?: Dict | undefined;
}

/** No secret: the router's configuration decides whether it admits anonymous sessions, or it knows the browser by its cookie. */
export interface OpenAuth extends AuthBase {
  /** Name of the method. */
  readonly method: "anonymous" | "cookie";
}

/** Authentication with a ticket (WAMP, "Ticket-based Authentication"). */
export interface TicketAuth extends AuthBase {
  /** Name of the method. */
  readonly method: "ticket";
  /** The authid that the ticket belongs to. */
  readonly authid: string;
  /** The ticket, or a function that returns it. */
  readonly secret: Secret;
}

/**
 * Authentication with a password that is never sent. Needs a page on `https:` or on this computer.
 *
 * - `wampcra` (WAMP, "Challenge Response Authentication"): the router knows the password, or a key derived from it with a salt.
 * - `wamp-scram` (WAMP, "Salted Challenge Response Authentication", with `pbkdf2`): the router knows only a hash, from which the password
 *   cannot be had, and proves that it knows it; otherwise there is no session. `scram` is the same as Crossbar.io has it.
 */
export interface PasswordAuth extends AuthBase {
  /** Name of the method. */
  readonly method: "wampcra" | "wamp-scram" | "scram";
  /** The authid that the password belongs to. */
  readonly authid: string;
  /** The password, or a function that returns it. */
  readonly secret: Secret;
  /**
   * The key of `wampcra` with a router that does not salt the password: by default the password itself, as the specification says; with
   * `"base64"` the password in Base64, as connectanum's router expects it. No other method has this option.
   */
  readonly unsaltedKey?: "base64" | undefined;
}

/**
 * Authentication with a private key (WAMP, "Cryptosign-based Authentication"; Ed25519). Needs a page on `https:` or on this computer;
 * where the browser has no Ed25519 (Chrome before 137), or refuses the seed, the worker loads it. The router may know the authid from the key alone.
 */
export interface CryptosignAuth extends AuthBase {
  /** Name of the method. */
  readonly method: "cryptosign";
  /** The private key: the 32 bytes of its seed, as 64 hexadecimal digits or in Base64, or a function that returns it. */
  readonly secret: Secret;
}

/** Authentication by the application itself: its key must not leave the tab, or the package does not know the method. */
export interface SignedAuth extends AuthBase {
  /** Name of the method in HELLO and CHALLENGE. */
  readonly method: string;
  /**
   * Answers a challenge with the signature, or with that and AUTHENTICATE.Extra. Called for each connection in one of the tabs, as for
   * {@link Secret}, while the router waits: within `answerTimeout`, or `connectTimeout` if that is 0. For cryptosign, the public key has to be
   * in `authextra.pubkey`.
   */
  readonly sign: (
    request: ChallengeRequest,
  ) => string | SignedChallenge | null | Promise<string | SignedChallenge | null>;
}
