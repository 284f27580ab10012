import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import { checkJoined, decoding, toArguments, usedKwargs } from "./arguments.js";
import { DecodeError } from "./errors.js";
import { parseArguments } from "./json-binary.js";
import { toJson } from "./json-encode.js";
import { skipValue } from "./json-skip.js";
import { encoding } from "./rewrite.js";
import type { Arguments, PayloadCodec } from "./serializer.js";

/**
 * Encodes arguments as JSON. `Uint8Array` and `ArrayBuffer` become binary data, and an object with `toJSON` (such as a `Date`) becomes
 * the value that this method returns; `undefined` is omitted from objects and becomes null in lists. Values that JSON would silently drop
 * or change cause an `EncodeError`: functions, symbols, Map and Set, NaN, bigints beyond 2^53, strings that begin with U+0000 or contain
 * unpaired surrogates.
 */
export const jsonPayloads: PayloadCodec = {
  name: "json",

  encodePayload(args, kwargs) {
    const used = usedKwargs(args, kwargs);
    if (used === undefined && args.length === 0) return { serializer: "json", count: 0, data: "" };
    const encodedArgs = encoding("args", () => toJson(args, "args"));
    if (used === undefined) return { serializer: "json", count: 1, data: encodedArgs };
    const encodedKwargs = encoding("kwargs", () => toJson(used, "kwargs"));
    return { serializer: "json", count: 2, data: `${encodedArgs},${encodedKwargs}` };
  },

  decodePayload(payload) {
    return decoding(() => toArguments(parseArguments(`[${text(payload)}]`)));
  },

  decodeJoined(joined) {
    return decoding((): Arguments[] => {
      const payloads = parseArguments(text(joined));
      if (!Array.isArray(payloads)) throw new DecodeError("joined payloads are not a list");
      checkJoined(payloads.length, joined.ends.length);
      return payloads.map(toArguments);
    });
  },

  split(joined) {
    const data = text(joined);
    let start = "[".length;
    return Array.from(joined.ends, (end) => {
      const inner = data.slice(start + "[".length, end - "]".length);
      start = end + ",".length;
      return { serializer: "json", count: countOf(inner), data: inner };
    });
  },
};

/** Returns the number of elements; payloads are trimmed and their brackets balanced. */
function countOf(data: string): Payload["count"] {
  if (data === "") return 0;
  return skipValue(data, 0) === data.length ? 1 : 2;
}

export function text({ serializer, data }: Payload | JoinedPayloads): string {
  if (typeof data !== "string") throw new DecodeError(`not a JSON payload but ${serializer}`);
  return data;
}
