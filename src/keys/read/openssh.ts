import { KEY_LENGTH } from "../../auth/ed25519.js";
import { bytesToHex } from "../../auth/hex.js";
import { unusableKey } from "../../auth/obstacle.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadKey } from "./read-key.js";

const MAGIC = "openssh-key-v1\0";

/**
 * Reads a private key as OpenSSH writes it (its PROTOCOL.key). Throws for other keys and for encrypted ones, which need a
 * derivation (bcrypt_pbkdf) that no browser has, and a `RangeError` for a damaged one.
 */
export function keyFromOpenSsh(bytes: Uint8Array): ReadKey {
  const file = new ByteReader(bytes);
  if (ascii(file.take(MAGIC.length)) !== MAGIC) throw new RangeError("the key has another structure");
  const cipher = ascii(field(file));
  if (cipher !== "none")
    throw unusableKey(
      "encrypted",
      'the private key is encrypted; `ssh-keygen -p -N "" -f FILE` writes it without a passphrase',
    );
  // The name and the options of the key derivation.
  field(file);
  field(file);
  if (file.integer(4) !== 1) throw new RangeError("the file has more than one key");
  field(file);
  const secret = new ByteReader(field(file));
  if (secret.integer(4) !== secret.integer(4)) throw new RangeError("the key is damaged");
  if (ascii(field(secret)) !== "ssh-ed25519")
    throw unusableKey("kind", "the private key is not one of Ed25519");
  // The public key, which also follows the seed.
  field(secret);
  const both = field(secret);
  if (both.length !== 2 * KEY_LENGTH) throw new RangeError("the key has a wrong length");
  return { seed: both.subarray(0, KEY_LENGTH), publicKey: bytesToHex(both.subarray(KEY_LENGTH)) };
}

/** Reads a field: its length in four bytes, and its content. */
function field(reader: ByteReader): Uint8Array {
  return reader.take(reader.integer(4));
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
