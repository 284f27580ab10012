import { bytesToBase64 } from "../protocol/base64.js";
import type { Dict } from "../protocol/dict.js";
import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import { numberIn, textIn } from "./challenge-fields.js";
import { equalBytes, hmacSha256, pbkdf2, subtle, utf8 } from "./webcrypto.js";

/** Rounds of PBKDF2: more would take a browser minutes. */
const ITERATIONS = [1, 10_000_000] as const;
/** Bytes of a derived key. */
const KEY_LENGTH = [1, 1024] as const;

/** The parameters with which a key is derived from a password (WAMP, "Challenge Response Authentication", "Password Salting"). */
export interface Salting {
  readonly salt: string;
  readonly iterations: number;
  /** Bytes. */
  readonly keylen: number;
}

/**
 * Signs the router's challenge with the secret, which is never sent (WAMP, "Challenge Response Authentication"), or with the key that is
 * derived from the secret if the router salts it.
 */
export const wampcra: AuthMethod = (claim) => {
  let secret = "";
  return {
    method: "wampcra",
    prepare: async (challenge) => {
      // Before a person is asked in vain.
      subtle();
      secret = await claim.secret(challenge);
    },
    hello: claimedAuthid(claim),
    challenge: async (extra) => {
      const challenge = textIn(extra, "challenge");
      const salting = saltingIn(extra);
      // As connectanum has it.
      const unsalted = claim.unsaltedKey === "base64" ? bytesToBase64(utf8(secret)) : secret;
      const key = salting === undefined ? unsalted : await derivedKey(secret, salting);
      return { signature: await signed(key, challenge), extra: {} };
    },
  };
};

/** Returns the key that a router stores instead of the password. */
export async function derivedKey(password: string, { salt, iterations, keylen }: Salting): Promise<string> {
  return bytesToBase64(await pbkdf2(password, utf8(salt), iterations, keylen));
}

/** Returns true if AUTHENTICATE carries the signature of the challenge with this key. */
export async function checkWampcra(key: string, challenge: string, signature: string): Promise<boolean> {
  return equalBytes(utf8(await signed(key, challenge)), utf8(signature));
}

async function signed(key: string, challenge: string): Promise<string> {
  return bytesToBase64(await hmacSha256(utf8(key), utf8(challenge)));
}

function saltingIn(extra: Dict): Salting | undefined {
  // Some routers send the fields of an unsalted secret as null, or an empty salt.
  if ((extra["salt"] ?? "") === "") return undefined;
  return {
    salt: textIn(extra, "salt"),
    iterations: numberIn(extra, "iterations", ITERATIONS, 1000),
    keylen: numberIn(extra, "keylen", KEY_LENGTH, 32),
  };
}
