import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import type { Dict } from "../protocol/dict.js";
import type { Algorithms } from "./algorithms.js";
import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import { textIn } from "./challenge-fields.js";
import { createRunning } from "./running.js";
import { saslprep } from "./saslprep.js";
import { HASH_LENGTH, hashingIn, saltedPassword } from "./scram-hash.js";
import type { Hashing, ScramVariant } from "./scram-hash.js";
import { equalBytes, hmacSha256, randomBytes, sha256, subtle, utf8 } from "./webcrypto.js";

/** Bytes of a nonce. Of a multiple of three, Base64 needs no padding, so the client's nonce is the beginning of both as text too. */
const NONCE_LENGTH = 24;
/** The keys of a password that a router stores. */
export interface ScramKeys {
  readonly storedKey: Uint8Array<ArrayBuffer>;
  readonly serverKey: Uint8Array<ArrayBuffer>;
}

/** The parts of the exchange that are signed. */
export interface ScramExchange extends Hashing {
  readonly authid: string;
  readonly clientNonce: string;
  readonly nonce: string;
}

/**
 * Proves the knowledge of a password that the router stores only as a hash, and has the router prove that it knows this hash (WAMP,
 * "Salted Challenge Response Authentication"; RFC 5802, RFC 7677).
 */
export function scram(variant: ScramVariant, algorithms: Algorithms): AuthMethod {
  const join = createRunning<Uint8Array<ArrayBuffer>>();
  return (claim) => {
    const clientNonce = createNonce();
    let secret = "";
    let expected: Uint8Array | undefined;
    return {
      method: variant.method,
      prepare: async (challenge) => {
        // Before a person is asked in vain.
        subtle();
        secret = await claim.secret(challenge);
      },
      hello: { ...claimedAuthid(claim), authextra: { nonce: clientNonce, channel_binding: null } },
      challenge: async (extra) => {
        const exchange = {
          authid: claim.authid ?? "",
          clientNonce,
          nonce: textIn(extra, "nonce"),
          ...hashingIn(variant, extra),
        };
        if (!exchange.nonce.startsWith(clientNonce) || exchange.nonce === clientNonce)
          throw new Error("the nonce in the router's challenge does not continue the one of this session");
        const { kdf, salt, iterations, memory } = exchange;
        const salted = await join([secret, kdf, salt, iterations, memory], () =>
          saltedPassword(variant, secret, exchange, algorithms),
        );
        const message = signedMessage(variant, exchange);
        const clientKey = await hmacSha256(salted, utf8("Client Key"));
        const signature = await hmacSha256(await sha256(clientKey), message);
        expected = await hmacSha256(await hmacSha256(salted, utf8("Server Key")), message);
        return {
          signature: bytesToBase64(xor(clientKey, signature)),
          extra: { nonce: exchange.nonce, channel_binding: null, cbind_data: null },
        };
      },
      welcome: ({ authextra }) => {
        const given = Object(authextra) as Dict;
        if (expected === undefined || !isSignature(given[variant.verifier], expected))
          throw new Error("the router has not proved that it knows the password, so it may be another one");
      },
    };
  };
}

/** Returns a random nonce in Base64. */
export function createNonce(): string {
  return bytesToBase64(randomBytes(NONCE_LENGTH));
}

export async function scramKeys(
  variant: ScramVariant,
  password: string,
  hashing: Hashing,
  algorithms: Algorithms,
): Promise<ScramKeys> {
  const salted = await saltedPassword(variant, password, hashing, algorithms);
  const storedKey = await sha256(await hmacSha256(salted, utf8("Client Key")));
  return { storedKey, serverKey: await hmacSha256(salted, utf8("Server Key")) };
}

/** Returns the router's signature for WELCOME if AUTHENTICATE proves the knowledge of the password. */
export async function checkScram(
  variant: ScramVariant,
  { storedKey, serverKey }: ScramKeys,
  exchange: ScramExchange,
  proof: string,
): Promise<string | undefined> {
  const message = signedMessage(variant, exchange);
  const signature = await hmacSha256(storedKey, message);
  let given: Uint8Array;
  try {
    given = bytesFromBase64(proof);
  } catch {
    return undefined;
  }
  if (given.length !== HASH_LENGTH) return undefined;
  if (!equalBytes(storedKey, await sha256(xor(signature, given)))) return undefined;
  return bytesToBase64(await hmacSha256(serverKey, message));
}

/** Returns AuthMessage (RFC 5802, 3). */
function signedMessage(
  { channelBinding }: ScramVariant,
  { authid, clientNonce, nonce, salt, iterations }: ScramExchange,
): Uint8Array<ArrayBuffer> {
  const name = saslprep(authid, "authid").replaceAll("=", "=3D").replaceAll(",", "=2C");
  return utf8(
    `n=${name},r=${clientNonce},r=${nonce},s=${salt},i=${iterations},c=${channelBinding},r=${nonce}`,
  );
}

/** Some routers write it as RFC 5802 does, with its name. */
function isSignature(given: unknown, expected: Uint8Array): boolean {
  if (typeof given !== "string") return false;
  return equalBytes(utf8(bytesToBase64(expected)), utf8(given.replace(/^v=/, "")));
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(one, (byte, index) => byte ^ (other[index] ?? 0));
}
