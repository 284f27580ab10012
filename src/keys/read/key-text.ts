import { bytesFromBase64 } from "../../protocol/base64.js";
import { seedFromText } from "../../auth/ed25519.js";
import { keyOf } from "../seed-refusal.js";
import type { LoadComputation } from "../seed-refusal.js";
import type { SigningKey } from "../signing-key.js";
import { unusableKey } from "../../auth/obstacle.js";
import { keyFromOpenSsh } from "./openssh.js";
import { keyFromPkcs8 } from "./pkcs8.js";
import type { ReadKey } from "./read-key.js";

/** The lines around the Base64 of a key (RFC 7468). */
const PEM = /^\s*-----BEGIN ([A-Z ]+)-----([\s\S]*)-----END \1-----\s*$/;

/** Reads a private key in any of the known forms. Throws an `ObstacleError`, which does not quote it, for what is none. */
export async function readKey(key: string | Uint8Array, load: LoadComputation): Promise<SigningKey> {
  try {
    return await keyOf(typeof key === "string" ? fromText(key) : keyFromPkcs8(key), load);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw unusableKey("format", `the private key cannot be read: ${cause.message}`, cause);
  }
}

function fromText(text: string): ReadKey {
  const [, label, lines = ""] = PEM.exec(text) ?? [];
  switch (label) {
    case undefined: {
      const seed = seedFromText(text);
      if (seed !== undefined) return { seed };
      break;
    }
    case "PRIVATE KEY":
      return keyFromPkcs8(bytesOf(lines));
    case "OPENSSH PRIVATE KEY":
      return keyFromOpenSsh(bytesOf(lines));
    case "ENCRYPTED PRIVATE KEY":
      throw unusableKey(
        "encrypted",
        "the private key is encrypted; `openssl pkey -in FILE` writes it without a passphrase",
      );
    case "RSA PRIVATE KEY":
    case "EC PRIVATE KEY":
    case "DSA PRIVATE KEY":
      throw unusableKey("kind", "the private key is not one of Ed25519");
  }
  throw unusableKey(
    "format",
    "the private key must be a seed of 32 bytes, as 64 hexadecimal digits or in Base64, or in the form of PKCS#8 or OpenSSH",
  );
}

function bytesOf(base64: string): Uint8Array {
  try {
    return bytesFromBase64(base64);
  } catch (cause) {
    throw new RangeError("the key is not Base64", { cause });
  }
}
