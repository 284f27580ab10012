import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import type { Dict } from "../protocol/dict.js";
import { textIn } from "./challenge-fields.js";
import { bytesFromHex, bytesToHex } from "./hex.js";
import { unsupported, unusableKey } from "./obstacle.js";
import { subtle } from "./webcrypto.js";

/** Bytes of a seed, of a public key and of a challenge. */
export const KEY_LENGTH = 32;
/** The beginning of an Ed25519 private key in PKCS#8 (RFC 8410, 7); the seed follows. */
const PKCS8 = bytesFromHex("302e020100300506032b657004220420") ?? new Uint8Array();

/**
 * Attempts to make a key: WebKitGTK drops one in 128, those of which either half begins with a zero byte
 * (https://bugs.webkit.org/show_bug.cgi?id=307095).
 */
const ATTEMPTS = 8;

/** A private key that cannot be read, and its public key. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  /** 64 hexadecimal digits. */
  readonly publicKey: string;
}

/** Returns the key of a seed of 32 bytes. */
export async function keyFromSeed(seed: Uint8Array): Promise<SigningKey> {
  const encoded = new Uint8Array([...PKCS8, ...seed]);
  // The public key can only be had from a key that may be exported.
  const exportable = await subtle().importKey("pkcs8", encoded, "Ed25519", true, ["sign"]).catch(refused);
  const { x = "" } = await subtle().exportKey("jwk", exportable);
  const privateKey = await subtle().importKey("pkcs8", encoded, "Ed25519", false, ["sign"]);
  const publicKey = bytesFromBase64(x.replaceAll("-", "+").replaceAll("_", "/"));
  return { privateKey, publicKey: bytesToHex(publicKey) };
}

/** Returns the key of a seed and its public key, in hexadecimal digits. The browser refuses them if they do not belong together. */
export async function keyFromHalves(seed: Uint8Array, publicKey: string): Promise<SigningKey> {
  const x = base64Url(bytesFromHex(publicKey) ?? new Uint8Array());
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64Url(seed), x };
  const privateKey = await subtle().importKey("jwk", jwk, "Ed25519", false, ["sign"]).catch(refused);
  return { privateKey, publicKey };
}

export async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await newKeyPair(subtle(), ATTEMPTS);
  return { privateKey, publicKey: bytesToHex(new Uint8Array(await subtle().exportKey("raw", publicKey))) };
}

async function newKeyPair(crypto: SubtleCrypto, attempts: number): Promise<CryptoKeyPair> {
  try {
    return await crypto.generateKey("Ed25519", false, ["sign", "verify"]);
  } catch (cause) {
    return attempts > 1 && !isMissing(cause) ? await newKeyPair(crypto, attempts - 1) : refused(cause);
  }
}

/** Answers the challenge of cryptosign with a key of the browser. */
export function signedChallenge({ privateKey }: SigningKey, extra: Dict): Promise<string> {
  return challengeSignedBy(
    async (challenge) => new Uint8Array(await subtle().sign("Ed25519", privateKey, challenge)),
    extra,
  );
}

/** Answers the challenge of cryptosign with a signature of its bytes. */
export async function challengeSignedBy(
  sign: (challenge: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>,
  extra: Dict,
): Promise<string> {
  const challenge = bytesFromHex(textIn(extra, "challenge"));
  if (challenge?.length !== KEY_LENGTH)
    throw new Error(`challenge in the router's challenge must be ${2 * KEY_LENGTH} hexadecimal digits`);
  return bytesToHex(await sign(challenge)) + bytesToHex(challenge);
}

/** Returns `HELLO.Details.authextra` of cryptosign. There is no channel binding: browsers do not reveal their TLS connection. */
export function keyExtra(publicKey: string): { readonly pubkey: string; readonly channel_binding: null } {
  return { pubkey: publicKey, channel_binding: null };
}

/** Encodes as a JSON Web Key does (RFC 7515, appendix C). */
function base64Url(bytes: Uint8Array): string {
  return bytesToBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Returns the seed that a text has in hexadecimal digits or in Base64; undefined for other texts. */
export function seedFromText(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  const seed = trimmed.length === 2 * KEY_LENGTH ? bytesFromHex(trimmed) : base64(trimmed);
  return seed?.length === KEY_LENGTH ? seed : undefined;
}

function base64(text: string): Uint8Array | undefined {
  try {
    return bytesFromBase64(text);
  } catch {
    return undefined;
  }
}

/** Throws the reason why the browser did not take a key of the right form; not the browser's own, which tells nothing. */
function refused(cause: unknown): never {
  if (isMissing(cause))
    throw unsupported(
      "Ed25519",
      "this browser has no Ed25519 (Chrome 137, Firefox 129 and Safari 17 have it)",
      cause,
    );
  throw unusableKey("refused", "this browser refuses the private key", cause);
}

/** Tells whether the browser has no Ed25519. */
function isMissing(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "NotSupportedError";
}
