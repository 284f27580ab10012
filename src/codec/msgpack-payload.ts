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
 * Encodes arguments as MessagePack. Accepts and refuses the same values as JSON, except that NaN, the infinities, strings that begin
 * with U+0000 and bigints of 64 bits can be encoded. Integers up to 2^53 are never written as floats; integers beyond it that arrive are
 * decoded as bigints.
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
    return decoding(() => toArguments(fromMsgpack(bytes(payload))));
  },

  decodeJoined(joined) {
    return decoding(() => {
      const payloads = fromMsgpack(bytes(joined));
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
