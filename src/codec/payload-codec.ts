import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import { toArguments, usedKwargs } from "./arguments.js";
import { encodeValue } from "./encode-value.js";
import { DecodeError } from "./errors.js";
import type { Notation } from "./notation.js";
import type { Arguments, Decoded, PayloadCodec } from "./serializer.js";

/** Creates the codec of the payloads in one notation. */
export function payloadCodec<Data extends string | Uint8Array>(notation: Notation<Data>): PayloadCodec {
  const { name, empty, before, after } = notation;
  const decodePayload = (payload: Payload | JoinedPayloads): Arguments =>
    decoding(() => notation.read(dataIn(payload, notation)));
  const split = (joined: JoinedPayloads): readonly Payload[] => splitJoined(joined, before, after);

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
      return decodeEach(split(joined), decodePayload);
    },
  };
}

/** Decodes the elements of one payload. Throws nothing but `DecodeError`. */
export function decoding(read: () => unknown): Arguments {
  try {
    return toArguments(read());
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause;
    throw new DecodeError(cause instanceof Error ? cause.message : "could not be decoded", { cause });
  }
}

/** Decodes payloads one by one; never throws. */
export function decodeEach(payloads: readonly Payload[], decode: PayloadCodec["decodePayload"]): Decoded[] {
  return payloads.map((payload) => {
    try {
      return decode(payload);
    } catch (failure) {
      return { failure };
    }
  });
}

/**
 * Takes joined payloads apart.
 * @param before length of what stands before the elements of each payload, and `after` of what stands behind them
 */
export function splitJoined(
  { serializer, data, ends, counts }: JoinedPayloads,
  before = 0,
  after = 0,
): readonly Payload[] {
  let end = 0;
  return Array.from(ends, (next, index) => {
    const start = end + before;
    end = next;
    const count = (counts[index] ?? 0) as Payload["count"];
    return { serializer, count, data: data.slice(start, next - after) };
  });
}

/** Returns the numbers of elements of payloads that are joined. */
export function countsOf(payloads: readonly Payload[]): Uint8Array {
  return Uint8Array.from(payloads, ({ count }) => count);
}

/** Returns the data of a payload. Throws `DecodeError` if it is in another notation. */
export function dataIn<Data extends string | Uint8Array>(
  { serializer, data }: Payload | JoinedPayloads,
  { name, empty }: Pick<Notation<Data>, "name" | "empty">,
): Data {
  if (typeof data !== typeof empty) throw new DecodeError(`not a ${name} payload but ${serializer}`);
  return data as Data;
}
