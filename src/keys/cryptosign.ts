import { keyExtra, signedChallenge } from "../auth/ed25519.js";
import type { Dict } from "../protocol/dict.js";
import { withPublicErrors } from "./public-error.js";
import type { SigningKey } from "./signing-key.js";

/** The option `auth` of `connect` for a key that stays in the page, which signs the router's challenge. */
export interface CryptosignKeyAuth {
  /** Name of the method. */
  readonly method: "cryptosign";
  /** The authid that the key belongs to; the router may know it from the key alone. */
  readonly authid?: string | undefined;
  /** The public key, for HELLO. */
  readonly authextra: Dict;
  /** Signs CHALLENGE. */
  readonly sign: (request: { readonly challenge: Dict }) => Promise<string>;
}

/**
 * Returns the option `auth` of `connect` with which a key logs in (WAMP, "Cryptosign-based Authentication"). The page signs; the worker and
 * the other tabs do not get the key.
 * @param key the key, new, imported or stored
 * @param authid the authid that the key belongs to, unless the router knows it from the key alone
 * @example
 * const key = await keyStore.load("joe");
 * if (key !== undefined) await connect({ url, realm, auth: cryptosign(key, "joe") });
 */
export function cryptosign(key: SigningKey, authid?: string): CryptosignKeyAuth {
  return {
    method: "cryptosign",
    ...(authid !== undefined && { authid }),
    authextra: keyExtra(key.publicKey),
    sign: ({ challenge }) => withPublicErrors(() => signedChallenge(key, challenge)),
  };
}
