import { KEY_LENGTH } from "../../auth/ed25519.js";
import { bytesToHex } from "../../auth/hex.js";
import { unusableKey } from "../../auth/obstacle.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadKey } from "./read-key.js";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;
/** The tag of the public key, a string of bits, which a byte with the number of unused ones precedes (RFC 5958, 2). */
const PUBLIC_KEY = 0x81;
/** The object identifier of Ed25519, 1.3.101.112 (RFC 8410, 3). */
const ED25519 = "2b6570";

/** Reads a private key in PKCS#8 (RFC 5958, with RFC 8410), in DER. Throws for other keys, and a `RangeError` for a damaged one. */
export function keyFromPkcs8(der: Uint8Array): ReadKey {
  const file = new ByteReader(der);
  const info = new ByteReader(element(file, SEQUENCE));
  element(info, INTEGER);
  const algorithm = new ByteReader(element(info, SEQUENCE));
  if (bytesToHex(element(algorithm, OBJECT_ID)) !== ED25519)
    throw unusableKey("kind", "the private key is not one of Ed25519");
  const seed = element(new ByteReader(element(info, OCTETS)), OCTETS);
  if (seed.length !== KEY_LENGTH || file.rest.length > 0) throw new RangeError("the key has a wrong length");
  const publicKey = publicKeyAmong(info);
  return { seed, ...(publicKey !== undefined && { publicKey }) };
}

/** Reads the elements that may follow the private key: attributes and the public key. */
function publicKeyAmong(info: ByteReader): string | undefined {
  let publicKey: string | undefined;
  while (info.rest.length > 0) {
    const [tag = 0] = info.rest;
    const content = element(info, tag);
    if (tag === PUBLIC_KEY) publicKey = bytesToHex(content.subarray(1));
  }
  return publicKey;
}

/** Reads an element of DER (X.690, 8.1) and returns its content. */
function element(reader: ByteReader, tag: number): Uint8Array {
  if (reader.integer(1) !== tag) throw new RangeError("the key has another structure");
  const length = reader.integer(1);
  return reader.take(length < 0x80 ? length : reader.integer(Math.min(length - 0x80, 6)));
}
