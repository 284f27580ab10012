import { bytesFromBase64 } from "../protocol/base64.js";
import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import { textIn } from "./challenge-fields.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { unsupported, unusableKey } from "./obstacle.js";
import { subtle } from "./webcrypto.js";

/** Bytes of a seed, of a public key and of a challenge. */
const LENGTH = 32;
/** Bytes of a signature. */
const SIGNATURE_LENGTH = 64;
/** The beginning of an Ed25519 private key in PKCS#8 (RFC 8410, 7); the seed follows. */
const PKCS8 = bytesFromHex("302e020100300506032b657004220420") ?? new Uint8Array();

interface KeyPair {
  readonly privateKey: CryptoKey;
  /** Hexadecimal. */
  readonly publicKey: string;
}

/**
 * Signs the router's challenge with a private key (WAMP, "Cryptosign-based Authentication"; Ed25519). The secret is the seed of the key,
 * 32 bytes in hexadecimal digits or Base64.
 */
export const cryptosign: AuthMethod = (claim) => {
  let keys: KeyPair | undefined;
  return {
    method: "cryptosign",
    prepare: async () => {
      subtle();
      keys = await keyPair(await claim.secret());
    },
    get hello() {
      const authextra = { pubkey: keys?.publicKey ?? "", channel_binding: null };
      return { ...claimedAuthid(claim), authextra };
    },
    challenge: async (extra) => {
      const challenge = bytesFromHex(textIn(extra, "challenge"));
      if (challenge?.length !== LENGTH)
        throw new Error(`challenge in the router's challenge must be ${2 * LENGTH} hexadecimal digits`);
      if (keys === undefined) throw new Error("the private key is not known yet");
      const signature = await subtle().sign("Ed25519", keys.privateKey, challenge);
      return { signature: bytesToHex(new Uint8Array(signature)) + bytesToHex(challenge), extra: {} };
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
  if (key?.length !== LENGTH || message === undefined || given?.length !== SIGNATURE_LENGTH + LENGTH)
    return false;
  if (bytesToHex(given.subarray(SIGNATURE_LENGTH)) !== bytesToHex(message)) return false;
  const imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
  return subtle().verify("Ed25519", imported, given.subarray(0, SIGNATURE_LENGTH), message);
}

/** Returns the keys of a seed. Throws, without quoting it, for what is none. */
async function keyPair(secret: string): Promise<KeyPair> {
  const seed = seedOf(secret.trim());
  const encoded = new Uint8Array([...PKCS8, ...seed]);
  // The public key can only be had from a key that may be exported.
  const exportable = await subtle().importKey("pkcs8", encoded, "Ed25519", true, ["sign"]).catch(refused);
  const { x = "" } = await subtle().exportKey("jwk", exportable);
  const privateKey = await subtle().importKey("pkcs8", encoded, "Ed25519", false, ["sign"]);
  const publicKey = bytesFromBase64(x.replaceAll("-", "+").replaceAll("_", "/"));
  return { privateKey, publicKey: bytesToHex(publicKey) };
}

/** Throws the reason why the browser did not import a key of the right form; not the browser's own, which tells nothing. */
function refused(cause: unknown): never {
  if (cause instanceof Error && cause.name === "NotSupportedError")
    throw unsupported(
      "Ed25519",
      "this browser has no Ed25519 (Chrome 137, Firefox 129 and Safari 17 have it)",
      cause,
    );
  throw unusableKey("refused", "this browser refuses the private key", cause);
}

function seedOf(text: string): Uint8Array {
  const seed = text.length === 2 * LENGTH ? bytesFromHex(text) : fromBase64(text);
  if (seed?.length === LENGTH) return seed;
  throw unusableKey(
    "format",
    `the private key must be the ${LENGTH} bytes of its seed, as ${2 * LENGTH} hexadecimal digits or in Base64`,
  );
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return bytesFromBase64(text);
  } catch {
    return undefined;
  }
}
