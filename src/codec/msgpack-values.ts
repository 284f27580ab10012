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
 * Encodes a value; the bytes are valid until the next call. Throws `EncodeError`, or any error of the encoder and of the application's
 * getters and `toJSON`.
 * @param root the name of the value in the path of an error
 */
export function toMsgpack(value: object, root: string): Uint8Array<ArrayBuffer> {
  if (isPlain(value, MAX_DEPTH)) return encoder.encodeSharedRef(value);
  return bigEncoder.encodeSharedRef(rewrite(value, root, msgpackLeaf));
}

/** Decodes consecutive values. Binary data becomes a view of `bytes`. Throws the errors of the decoder. */
export function fromMsgpack(bytes: Uint8Array): unknown[] {
  return Array.from(decoder.decodeMulti(bytes));
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
      const number = Number(leaf);
      if (Math.abs(number) > 2 ** 53 || BigInt(number) !== leaf) refuse("a bigint beyond 2^53");
      return needs64Bits(number) ? leaf : number;
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
