import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import { checkJoined, decoding, toArguments, usedKwargs } from "./arguments.js";
import { concatBytes } from "./binary.js";
import { DecodeError } from "./errors.js";
import { fromMsgpack, toMsgpack } from "./msgpack-values.js";
import { encoding } from "./rewrite.js";
import type { PayloadCodec } from "./serializer.js";

const EMPTY: Payload = { serializer: "msgpack", count: 0, data: new Uint8Array() };

/** The header of a list of fewer than 16 elements; the number of elements is added to it. */
export const SHORT_LIST = 0x90;

/**
 * Encodes arguments as MessagePack. Accepts and refuses the same values as JSON, except that NaN, the infinities and strings that begin
 * with U+0000 can be encoded. Integers up to 2^53 are never written as floats.
 */
export const msgpackPayloads: PayloadCodec = {
  name: "msgpack",

  encodePayload(args, kwargs) {
    const used = usedKwargs(args, kwargs);
    if (used === undefined && args.length === 0) return EMPTY;
    const encodedArgs = encoding("args", () => toMsgpack(args, "args").slice());
    if (used === undefined) return { serializer: "msgpack", count: 1, data: encodedArgs };
    const encodedKwargs = encoding("kwargs", () => toMsgpack(used, "kwargs"));
    return { serializer: "msgpack", count: 2, data: concatBytes(encodedArgs, encodedKwargs) };
  },

  decodePayload(payload) {
    return decoding(() => toArguments(decodeOwned(bytes(payload))));
  },

  decodeJoined(joined) {
    return decoding(() => {
      const payloads = decodeOwned(bytes(joined));
      checkJoined(payloads.length, joined.ends.length);
      return payloads.map(toArguments);
    });
  },

  split(joined) {
    const data = bytes(joined);
    let start = 0;
    return Array.from(joined.ends, (end) => {
      const count = (data[start] ?? SHORT_LIST) - SHORT_LIST;
      const inner = data.subarray(start + 1, end);
      start = end;
      if (count !== 0 && count !== 1 && count !== 2) throw new DecodeError("not a joined payload");
      return { serializer: "msgpack", count, data: inner };
    });
  },
};

export function bytes({ serializer, data }: Payload | JoinedPayloads): Uint8Array {
  if (typeof data === "string") throw new DecodeError(`not a MessagePack payload but ${serializer}`);
  return data;
}

/** Minimum size in bytes of binary data that may keep the buffer of its message without beginning at the start of that buffer. */
const LARGE = 8 * 1024;

/** Decodes so that no two binary values of a payload share a buffer: the application may transfer or modify them. */
function decodeOwned(data: Uint8Array): unknown[] {
  const values = fromMsgpack(data);
  ownBinary(values);
  return values;
}

/** Replaces binary values by copies. Walks the values instead of searching the bytes for headers, because large data consists of few values. */
function ownBinary(value: unknown): unknown {
  if (value instanceof Uint8Array) return keepsBuffer(value) ? value : value.slice();
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === "object") value[index] = ownBinary(item);
    }
  } else if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    const object = value as Record<string, unknown>;
    for (const key in object) {
      if (typeof object[key] === "object") object[key] = ownBinary(object[key]);
    }
  }
  return value;
}

/** Tells whether binary data may keep its buffer. At most one value can fill more than half of it. */
function keepsBuffer({ length, buffer }: Uint8Array): boolean {
  return length >= LARGE && length * 2 > buffer.byteLength;
}
