import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import { toArguments, usedKwargs } from "./arguments.js";
import { encodeValue } from "./encode-value.js";
import { DecodeError } from "./errors.js";
import type { Notation } from "./notation.js";
import type { Arguments, Decoded, PayloadCodec } from "./serializer.js";

/** Creates the codec of the payloads in one notation. */
export function payloadCodec<Data extends string | Uint8Array>(notation: Notation<Data>): PayloadCodec {
  const { name, empty, gap } = notation;

  return {
    name,

    encodePayload(args, kwargs) {
      const used = usedKwargs(args, kwargs);
      if (used === undefined && args.length === 0) return { serializer: name, count: 0, data: empty };
      const first = encodeValue(args, "args", notation);
      if (used === undefined) return { serializer: name, count: 1, data: first };
      const data = notation.concat(first, encodeValue(used, "kwargs", notation));
      return { serializer: name, count: 2, data };
    },

    decodePayload: (payload) => decoding(() => toArguments(notation.read(dataIn(payload, notation)))),

    decodeJoined(joined) {
      const { ends } = joined;
      try {
        const data = dataIn(joined, notation);
        return elementsIn(notation.readJoined(data), ends.length).map(toArguments);
      } catch {
        let end = 0;
        return Array.from(ends, (next): Decoded => {
          const start = end + gap;
          end = next;
          try {
            return decoding(() => {
              const data = dataIn(joined, notation).slice(start, next) as Data;
              return toArguments(elementsIn(notation.read(data), 1)[0]);
            });
          } catch (failure) {
            return { failure };
          }
        });
      }
    },
  };
}

/** Returns the data of a payload. Throws `DecodeError` if it is in another notation. */
export function dataIn<Data extends string | Uint8Array>(
  { serializer, data }: Payload | JoinedPayloads,
  { name, empty }: Notation<Data>,
): Data {
  if (typeof data !== typeof empty) throw new DecodeError(`not a ${name} payload but ${serializer}`);
  return data as Data;
}

function elementsIn(lists: unknown, expected: number): unknown[] {
  if (!Array.isArray(lists)) throw new DecodeError("joined payloads are not a list");
  if (lists.length !== expected)
    throw new DecodeError(`${expected} joined payloads decode to ${lists.length}`);
  return lists;
}

/** Runs a decoder so that it throws nothing but `DecodeError`. */
function decoding(decode: () => Arguments): Arguments {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause;
    throw new DecodeError(cause instanceof Error ? cause.message : "could not be decoded", { cause });
  }
}
