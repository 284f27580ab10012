import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import { KEY_LENGTH, keyExtra, keyFromSeed, seedFromText, signedChallenge } from "./ed25519.js";
import type { SigningKey } from "./ed25519.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { unusableKey } from "./obstacle.js";
import { subtle } from "./webcrypto.js";

/** Bytes of a signature. */
const SIGNATURE_LENGTH = 64;

/**
 * Signs the router's challenge with a private key (WAMP, "Cryptosign-based Authentication"; Ed25519). The secret is the seed of the key,
 * 32 bytes in hexadecimal digits or Base64.
 */
export const cryptosign: AuthMethod = (claim) => {
  let key: SigningKey | undefined;
  return {
    method: "cryptosign",
    prepare: async () => {
      // Before a person is asked in vain.
      subtle();
      key = await keyOf(await claim.secret());
    },
    get hello() {
      return { ...claimedAuthid(claim), authextra: keyExtra(key?.publicKey ?? "") };
    },
    challenge: async (extra) => {
      if (key === undefined) throw new Error("the private key is not known yet");
      return { signature: await signedChallenge(key.privateKey, extra), extra: {} };
    },
  };
};

/** Returns true if AUTHENTICATE carries the signature of the challenge by the owner of the public key. Both are hexadecimal. */
export async function checkCryptosign(
  publicKey: string,
  challenge: string,
  signature: string,
): Promise<boolean> {
  const [key, message, given] = [publicKey, challenge, signature].map(bytesFromHex);
  if (key?.length !== KEY_LENGTH || message === undefined || given?.length !== SIGNATURE_LENGTH + KEY_LENGTH)
    return false;
  if (bytesToHex(given.subarray(SIGNATURE_LENGTH)) !== bytesToHex(message)) return false;
  const imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
  return subtle().verify("Ed25519", imported, given.subarray(0, SIGNATURE_LENGTH), message);
}

/** Returns the key of a secret. Throws, without quoting it, for what is none. */
function keyOf(secret: string): Promise<SigningKey> {
  const seed = seedFromText(secret);
  if (seed !== undefined) return keyFromSeed(seed);
  throw unusableKey(
    "format",
    `the private key must be the ${KEY_LENGTH} bytes of its seed, as ${2 * KEY_LENGTH} hexadecimal digits or in Base64; importKey of wamp-mux/keys reads PKCS#8 and OpenSSH`,
  );
}
