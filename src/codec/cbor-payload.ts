// The file that a tab loads when its session uses CBOR. The client has all else that the codec consists of.
import { Decoder, Encoder } from "cbor-x/index-no-eval";
import { isWellFormed } from "../protocol/text.js";
import { concatBytes, mayHoldSurrogate, ownBytes } from "./binary.js";
import { CborScanner, MAX_BIGNUM_BYTES } from "./cbor-scan.js";
import { DecodeError } from "./errors.js";
import type { LeafConverter, Notation } from "./notation.js";
import { setOwn } from "./replace-leaves.js";

// Only what RFC 8949 has: the library's own tags, such as those of records, would not be understood by others.
const encoder = new Encoder({
  useRecords: false,
  variableMapSize: true,
  tagUint8Array: false,
  mapsAsObjects: false,
});
/** Decodes maps as `Map`, because the library would rename a key `__proto__`. */
const decoder = new Decoder({ useRecords: false, mapsAsObjects: false });

const MAX_BIGNUM = 2n ** BigInt(8 * MAX_BIGNUM_BYTES);

/**
 * CBOR encodes the same values as MessagePack, and bigints beyond 64 bits besides. Integers up to 2^53 are never written as floats; integers
 * beyond it that arrive are decoded as bigints.
 */
export const cborNotation: Notation<Uint8Array<ArrayBuffer>> = {
  name: "cbor",
  empty: new Uint8Array(),
  before: 1,
  after: 0,
  isPlain: (leaf) => {
    // The encoder recognizes a dictionary by its constructor, which may be a key.
    if (typeof leaf === "string") return leaf !== "constructor" && isWellFormed(leaf);
    return leaf !== undefined && !needs64Bits(leaf);
  },
  hasBytes: true,
  write,
  isSuspect: mayHoldSurrogate,
  convert,
  writeConverted: (value) => write(toEncodable(value)),
  concat: concatBytes,
  read: fromCbor,
  readJoined: fromCbor,
};

/** Returns encoded data that shares its buffer with no other. */
function write(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from<number>(encoder.encode(value) as Uint8Array);
}

/** Returns copied lists and dictionaries as the encoder writes them whatever their keys are, and `undefined` as null or not at all. */
function toEncodable(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(toEncodable);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(members.map(([key, member]) => [key, toEncodable(member)]));
}

/**
 * Decodes consecutive values. Integers beyond 2^53 become bigints. No two binary values share a buffer, because the application may
 * transfer or modify them. Throws `DecodeError`, `ProtocolError` or an error of the decoder.
 */
function fromCbor(bytes: Uint8Array): unknown[] {
  if (bytes.length === 0) return [];
  const scanner = new CborScanner(bytes);
  while (scanner.at < bytes.length) scanner.skip();
  // The decoder would act on tags of its own, which share values, define records or call functions.
  if (scanner.foreign !== undefined)
    throw new DecodeError(`WAMP has no meaning for ${scanner.foreign} in CBOR`);
  // The decoder leaves a property in the object that it gets.
  const source = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return fromDecoded(decoder.decodeMultiple(source)) as unknown[];
}

function fromDecoded(value: unknown): unknown {
  if (typeof value === "bigint") return Math.abs(Number(value)) <= 2 ** 53 ? exactNumber(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return ownBytes(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = fromDecoded(value[index]);
    return value;
  }
  if (!(value instanceof Map)) return value;
  const dictionary: Record<string, unknown> = {};
  for (const [key, member] of value as Map<unknown, unknown>) {
    if (typeof key !== "string" && typeof key !== "number" && typeof key !== "bigint")
      throw new DecodeError(`a key is neither a string nor a number, but ${typeof key}`);
    setOwn(dictionary, String(key), fromDecoded(member));
  }
  return dictionary;
}

/** Returns a number if it has the same value: 2^53 + 1 would be rounded to 2^53. */
function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return BigInt(number) === value ? number : value;
}

function convert(...[leaf, refuse]: Parameters<LeafConverter>): unknown {
  if (typeof leaf === "number") return needs64Bits(leaf) ? BigInt(leaf) : leaf;
  if (typeof leaf !== "bigint") return leaf;
  if (leaf < -MAX_BIGNUM || leaf >= MAX_BIGNUM) refuse(`a bigint of more than ${MAX_BIGNUM_BYTES} bytes`);
  const number = Number(leaf);
  return Math.abs(number) > 2 ** 53 || needs64Bits(number) ? leaf : number;
}

/** Tells whether the encoder would write an integer as a float. */
function needs64Bits(number: number): boolean {
  return (
    Number.isInteger(number) && (number > 0xffffffff || number < -0x100000000) && Math.abs(number) <= 2 ** 53
  );
}
