import { decodeTimestampExtension, Decoder, Encoder, EXT_TIMESTAMP } from "@msgpack/msgpack";
import type { ExtensionCodecType } from "@msgpack/msgpack";
import { DecodeError } from "./errors.js";
import { isWellFormed } from "../protocol/text.js";
import { MAX_DEPTH, rewrite } from "./rewrite.js";
import type { LeafRewriter } from "./rewrite.js";

/** WAMP has no extension types. Timestamps are decoded, because some peers send them, but never encoded. */
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode(data, type) {
    if (type === EXT_TIMESTAMP) return decodeTimestampExtension(data);
    throw new DecodeError(`WAMP has no MessagePack extension of type ${type}`);
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
 * Encodes a value; the bytes are valid until the next call. Throws `EncodeError`, or any error of the encoder and of the application's
 * getters and `toJSON`.
 * @param root the name of the value in the path of an error
 */
export function toMsgpack(value: object, root: string): Uint8Array<ArrayBuffer> {
  if (isPlain(value, MAX_DEPTH)) {
    const bytes = encoder.encodeSharedRef(value);
    // The bytes are judged as well: a getter may return another value than it did before.
    if (!mayHoldSurrogate(bytes)) return bytes;
  }
  return bigEncoder.encodeSharedRef(rewrite(value, root, msgpackLeaf));
}

/** Tells whether the bytes contain an unpaired surrogate as the encoder writes it, in a string or by chance in something else. */
function mayHoldSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    if ((bytes[at + 1] ?? 0) >= 0xa0) return true;
  }
  return false;
}

/**
 * Decodes consecutive values. Integers beyond 2^53 become bigints. No two binary values share a buffer, because the application may
 * transfer or modify them. Throws the errors of the decoder.
 */
export function fromMsgpack(bytes: Uint8Array): unknown[] {
  const values = Array.from(decoder.decodeMulti(bytes));
  if (settle(values)) return values;
  const exact = Array.from(bigDecoder.decodeMulti(bytes));
  settle(exact);
  return exact;
}

/**
 * Replaces binary values by copies and bigints up to 2^53 by numbers, in place. Returns false if there is a number that may be a rounded
 * integer. Walks the values instead of searching the bytes for headers, because large data consists of few values.
 */
function settle(container: unknown[] | Record<string, unknown>): boolean {
  let isExact = true;
  if (Array.isArray(container)) {
    for (let index = 0; index < container.length; index++) {
      const item: unknown = container[index];
      if (typeof item === "number") {
        if (item >= 2 ** 53 || item <= -(2 ** 53)) isExact = false;
      } else if (typeof item === "object" && item !== null) {
        if (item instanceof Uint8Array) container[index] = owned(item);
        else if (!settle(item as Record<string, unknown>)) isExact = false;
      } else if (typeof item === "bigint") {
        container[index] = shortened(item);
      }
    }
    return isExact;
  }
  for (const key in container) {
    const item = container[key];
    if (typeof item === "number") {
      if (item >= 2 ** 53 || item <= -(2 ** 53)) isExact = false;
    } else if (typeof item === "object" && item !== null) {
      if (item instanceof Uint8Array) container[key] = owned(item);
      else if (!settle(item as Record<string, unknown>)) isExact = false;
    } else if (typeof item === "bigint") {
      container[key] = shortened(item);
    }
  }
  return isExact;
}

/** Minimum size in bytes of binary data that may keep the buffer of its message without beginning at the start of that buffer. */
const LARGE = 8 * 1024;

/** Returns binary data that shares its buffer with no other value. At most one value can fill more than half of the message's buffer. */
function owned(data: Uint8Array): Uint8Array {
  return data.length >= LARGE && data.length * 2 > data.buffer.byteLength ? data : data.slice();
}

function shortened(integer: bigint): number | bigint {
  return integer >= -(2n ** 53n) && integer <= 2n ** 53n ? Number(integer) : integer;
}

/** Tells whether the encoder encodes a value correctly without changes; compare `isPlain` for JSON. */
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return isWellFormed(value);
    case "boolean":
    case "undefined":
      return true;
    case "number":
      // The encoder writes only safe integers as integers, and 2^53 is not safe.
      return Math.abs(value) !== 2 ** 53;
    case "object": {
      if (value === null) return true;
      if (depth === 0) return false;
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) {
          if (!isPlain(value[index], depth - 1)) return false;
        }
        return true;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) return prototype === Uint8Array.prototype;
      const object = value as Record<string, unknown>;
      for (const key in object) {
        if (!isWellFormed(key) || !isPlain(object[key], depth - 1)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

const msgpackLeaf: LeafRewriter = (leaf, refuse) => {
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
};

function needs64Bits(number: number): boolean {
  return (
    Number.isInteger(number) && (number > 0xffffffff || number < -0x80000000) && Math.abs(number) <= 2 ** 53
  );
}
