import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import { describe } from "../protocol/describe.js";
import type { Dict } from "../protocol/dict.js";
import type { Algorithms } from "./algorithms.js";
import { numberIn, textIn } from "./challenge-fields.js";
import { saslprep } from "./saslprep.js";
import { pbkdf2, utf8 } from "./webcrypto.js";

/** Bytes of a hash. */
export const HASH_LENGTH = 32;
/** Rounds of PBKDF2: a router that asks for fewer may be after a hash that is easily cracked (RFC 7677, 4); more would take minutes. */
const ROUNDS = [4096, 10_000_000] as const;
/** KiB for Argon2id: a phone has to have them. */
const MEMORY = [8, 256 * 1024] as const;
const PASSES = [1, 100_000] as const;
/** KiB that Argon2id writes in all passes together: as above, fewer are easily cracked, and more would take a browser minutes. */
const WRITTEN = [8 * 1024, 4 * 1024 * 1024] as const;

/** A variant of SCRAM. They differ in small things. */
export interface ScramVariant {
  readonly method: string;
  /** The channel binding in the message that is signed: browsers have none. */
  readonly channelBinding: string;
  /** Normalizes the password. */
  readonly password: (text: string) => string;
  /** The name of Argon2id in CHALLENGE. */
  readonly argon2id: string;
  /** Returns SaltedPassword from the hash of Argon2id. */
  readonly argon2Salted: (hash: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  /** The name of the router's own signature in WELCOME.Details.authextra. */
  readonly verifier: string;
}

/** The parameters with which the password is hashed. */
export interface Hashing {
  /** The key derivation; PBKDF2 if absent. */
  readonly kdf?: "pbkdf2" | "argon2id" | undefined;
  /** Base64. */
  readonly salt: string;
  /** Rounds of PBKDF2, or passes of Argon2id. */
  readonly iterations: number;
  /** KiB for Argon2id. */
  readonly memory?: number | undefined;
}

/** SCRAM as it is specified. */
export const wampScram: ScramVariant = {
  method: "wamp-scram",
  channelBinding: bytesToBase64(utf8("n,,")),
  password: (text) => saslprep(text, "password"),
  argon2id: "argon2id13",
  argon2Salted: (hash) => hash,
  verifier: "verifier",
};

/** SCRAM as Crossbar.io and Autobahn have it. */
export const crossbarScram: ScramVariant = {
  method: "scram",
  channelBinding: "",
  password: (text) => text,
  argon2id: "argon2id-13",
  // Autobahn takes the text that is at the end of an encoded hash, Base64 without padding.
  argon2Salted: (hash) => utf8(bytesToBase64(hash).replace(/=+$/, "")),
  verifier: "scram_server_signature",
};

/** Returns the parameters in CHALLENGE.Extra. Throws for others than those with which the password is safe and the browser not overburdened. */
export function hashingIn(variant: ScramVariant, extra: Dict): Hashing {
  const kdf = textIn(extra, "kdf");
  const salt = textIn(extra, "salt");
  if (kdf === "pbkdf2") return { kdf, salt, iterations: numberIn(extra, "iterations", ROUNDS) };
  // Each side may have the name of the other.
  if (kdf !== wampScram.argon2id && kdf !== variant.argon2id)
    throw new Error(
      `the router asks for the key derivation ${describe(kdf)}, and "pbkdf2" and "${variant.argon2id}" are supported`,
    );
  const iterations = numberIn(extra, "iterations", PASSES);
  const memory = numberIn(extra, "memory", MEMORY);
  numberIn({ "memory times iterations": iterations * memory }, "memory times iterations", WRITTEN);
  return { kdf: "argon2id", salt, iterations, memory };
}

/** Returns SaltedPassword (RFC 5802, 3). */
export async function saltedPassword(
  variant: ScramVariant,
  password: string,
  { kdf, salt, iterations, memory = 0 }: Hashing,
  algorithms: Algorithms,
): Promise<Uint8Array<ArrayBuffer>> {
  const [text, bytes] = [variant.password(password), saltOf(salt)];
  if (kdf !== "argon2id") return pbkdf2(text, bytes, iterations, HASH_LENGTH);
  const argon2id = await algorithms.load("argon2id");
  return variant.argon2Salted(await argon2id(utf8(text), bytes, { iterations, memory }));
}

function saltOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return bytesFromBase64(base64);
  } catch (cause) {
    throw new Error("salt in the router's challenge must be Base64", { cause });
  }
}
