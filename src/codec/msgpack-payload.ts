// The file that a tab loads when its session uses MessagePack. The client has all else that the codec consists of.
import { decodeTimestampExtension, Decoder, Encoder, EXT_TIMESTAMP } from "@msgpack/msgpack";
import type { ExtensionCodecType } from "@msgpack/msgpack";
import { isWellFormed } from "../protocol/text.js";
import { concatBytes, mayHoldSurrogate, ownBytes } from "./binary.js";
import type { LeafConverter, Notation } from "./notation.js";
import { replaceLeaves } from "./replace-leaves.js";
import { MAX_DEPTH } from "./rewrite.js";

/** WAMP has no extension types. Timestamps are decoded, because some peers send them, but never encoded. */
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode(data, type) {
    if (type === EXT_TIMESTAMP) return decodeTimestampExtension(data);
    throw new Error(`WAMP has no MessagePack extension of type ${type}`);
  },
};

// Deeper than arguments may be nested: the encoder also encodes the list around them.
const options = { extensionCodec, ignoreUndefined: true, maxDepth: MAX_DEPTH + 2 } as const;
const encoder = new Encoder<undefined>(options);
/** Encodes bigints as 64-bit integers and, unlike `encoder`, every number beyond 32 bits as a float. */
const bigEncoder = new Encoder<undefined>({ ...options, useBigInt64: true });
const decoder = new Decoder<undefined>({ extensionCodec });
/**
 * Decodes 64-bit integers as bigints; `decoder` is faster, but rounds those beyond 2^53. It decodes only what `decoder` has accepted, so
 * that every key is a string or an integer.
 */
const bigDecoder = new Decoder<undefined>({ extensionCodec, useBigInt64: true, mapKeyConverter: String });

/**
 * MessagePack encodes the same values as JSON, and NaN, the infinities, strings that begin with U+0000 and bigints of 64 bits besides.
 * Integers up to 2^53 are never written as floats; integers beyond it that arrive are decoded as bigints.
 */
export const msgpackNotation: Notation<Uint8Array<ArrayBuffer>> = {
  name: "msgpack",
  empty: new Uint8Array(),
  before: 1,
  after: 0,
  // The encoder writes only safe integers as integers, and 2^53 is not safe.
  isPlain: (leaf) =>
    typeof leaf === "string" ? isWellFormed(leaf) : leaf === undefined || Math.abs(leaf) !== 2 ** 53,
  hasBytes: true,
  write: (value) => encoder.encode(value),
  isSuspect: mayHoldSurrogate,
  convert,
  writeConverted: (value) => bigEncoder.encode(value),
  concat: concatBytes,
  read: fromMsgpack,
  readJoined: fromMsgpack,
};

/**
 * Decodes consecutive values. Integers beyond 2^53 become bigints. No two binary values share a buffer, because the application may
 * transfer or modify them. Throws the errors of the decoder.
 */
export function fromMsgpack(bytes: Uint8Array): unknown[] {
  let isExact = true;

  const exact = (leaf: unknown): unknown => {
    if (typeof leaf === "number" && Math.abs(leaf) >= 2 ** 53) isExact = false;
    if (typeof leaf === "bigint" && leaf >= -(2n ** 53n) && leaf <= 2n ** 53n) return Number(leaf);
    return leaf instanceof Uint8Array ? ownBytes(leaf) : leaf;
  };

  const values = [...decoder.decodeMulti(bytes)];
  replaceLeaves(values, exact);
  // A number may be a rounded integer. Walks the values to find one, because large data consists of few values.
  return isExact ? values : (replaceLeaves([...bigDecoder.decodeMulti(bytes)], exact) as unknown[]);
}

function convert(...[leaf, refuse]: Parameters<LeafConverter>): unknown {
  switch (typeof leaf) {
    case "number":
      return needs64Bits(leaf) ? BigInt(leaf) : leaf;
    case "bigint": {
      if (leaf < -(2n ** 63n) || leaf >= 2n ** 64n) refuse("a bigint beyond 64 bits");
      const number = Number(leaf);
      return Math.abs(number) > 2 ** 53 || needs64Bits(number) ? leaf : number;
    }
    default:
      return leaf;
  }
}

function needs64Bits(number: number): boolean {
  return (
    Number.isInteger(number) && (number > 0xffffffff || number < -0x80000000) && Math.abs(number) <= 2 ** 53
  );
}
