import type { Dict } from "../protocol/dict.js";
import type { Algorithms } from "./algorithms.js";
import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import {
  challengeSignedBy,
  KEY_LENGTH,
  keyExtra,
  keyFromSeed,
  seedFromText,
  signedChallenge,
} from "./ed25519.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { unusableKey } from "./obstacle.js";
import { subtle } from "./webcrypto.js";

/** Bytes of a signature. */
const SIGNATURE_LENGTH = 64;

/** A key that answers challenges. */
interface Signer {
  readonly publicKey: string;
  /** @param extra CHALLENGE.Extra */
  readonly sign: (extra: Dict) => Promise<string>;
}

/**
 * Signs the router's challenge with a private key (WAMP, "Cryptosign-based Authentication"; Ed25519). The secret is the seed of the key,
 * 32 bytes in hexadecimal digits or Base64.
 */
export function cryptosign(algorithms: Algorithms): AuthMethod {
  return (claim) => {
    let signer: Signer | undefined;
    return {
      method: "cryptosign",
      // HELLO names the public key.
      isSecretInHello: true,
      prepare: async () => {
        // Before a person is asked in vain.
        subtle();
        signer = await signerOf(seedOf(await claim.secret()), algorithms);
      },
      get hello() {
        return { ...claimedAuthid(claim), authextra: keyExtra(signer?.publicKey ?? "") };
      },
      challenge: async (extra) => {
        if (signer === undefined) throw new Error("the private key is not known yet");
        return { signature: await signer.sign(extra), extra: {} };
      },
    };
  };
}

/**
 * Returns the signer of a seed, with the browser's Ed25519 if it takes the seed: some browsers have none, and WebKitGTK refuses seeds that
 * begin with a zero byte (https://bugs.webkit.org/show_bug.cgi?id=307095).
 */
async function signerOf(seed: Uint8Array, algorithms: Algorithms): Promise<Signer> {
  const key = await keyFromSeed(seed).catch(() => undefined);
  if (key !== undefined) return { publicKey: key.publicKey, sign: (extra) => signedChallenge(key, extra) };
  const ed25519 = await algorithms.load("ed25519");
  return {
    publicKey: bytesToHex(ed25519.publicKey(seed)),
    sign: (extra) => challengeSignedBy((challenge) => ed25519.sign(seed, challenge), extra),
  };
}

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

/** Returns the seed in a secret. Throws, without quoting it, for what is none. */
function seedOf(secret: string): Uint8Array {
  const seed = seedFromText(secret);
  if (seed !== undefined) return seed;
  throw unusableKey(
    "format",
    `the private key must be the ${KEY_LENGTH} bytes of its seed, as ${2 * KEY_LENGTH} hexadecimal digits or in Base64; importKey of wamp-mux/keys reads PKCS#8 and OpenSSH`,
  );
}
