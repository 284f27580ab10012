import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import { toArguments, usedKwargs } from "./arguments.js";
import { encodeValue } from "./encode-value.js";
import { DecodeError } from "./errors.js";
import type { Notation } from "./notation.js";
import type { Arguments, Decoded, PayloadCodec } from "./serializer.js";

/** Creates the codec of the payloads in one notation. */
export function payloadCodec<Data extends string | Uint8Array>(notation: Notation<Data>): PayloadCodec {
  const { name, empty, before, after } = notation;

  /** Decodes the elements of one payload. Throws nothing but `DecodeError`. */
  function decodePayload(payload: Payload | JoinedPayloads): Arguments {
    try {
      return toArguments(notation.read(dataIn(payload, notation)));
    } catch (cause) {
      if (cause instanceof DecodeError) throw cause;
      throw new DecodeError(cause instanceof Error ? cause.message : "could not be decoded", { cause });
    }
  }

  function split({ data, ends, counts }: JoinedPayloads): readonly Payload[] {
    let end = 0;
    return Array.from(ends, (next, index) => {
      const start = end + before;
      end = next;
      const count = (counts[index] ?? 0) as Payload["count"];
      return { serializer: name, count, data: data.slice(start, next - after) };
    });
  }

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

    decodePayload,

    split,

    decodeJoined(joined) {
      try {
        const lists = notation.readJoined(dataIn(joined, notation));
        if (lists.length === joined.ends.length) return lists.map(toArguments);
      } catch {
        // One of them is malformed.
      }
      return split(joined).map((payload): Decoded => {
        try {
          return decodePayload(payload);
        } catch (failure) {
          return { failure };
        }
      });
    },
  };
}

/** Returns the numbers of elements of payloads that are joined. */
export function countsOf(payloads: readonly Payload[]): Uint8Array {
  return Uint8Array.from(payloads, ({ count }) => count);
}

/** Returns the data of a payload. Throws `DecodeError` if it is in another notation. */
export function dataIn<Data extends string | Uint8Array>(
  { serializer, data }: Payload | JoinedPayloads,
  { name, empty }: Notation<Data>,
): Data {
  if (typeof data !== typeof empty) throw new DecodeError(`not a ${name} payload but ${serializer}`);
  return data as Data;
}
