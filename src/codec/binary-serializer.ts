import { ProtocolError } from "../protocol/errors.js";
import { payloadPosition } from "../protocol/payload-position.js";
import type { Payload } from "../protocol/payload.js";
import { concatBytes } from "./binary.js";
import { encodeValue } from "./encode-value.js";
import { EncodeError } from "./errors.js";
import type { Notation } from "./notation.js";
import { countsOf, dataIn, payloadCodec } from "./payload-codec.js";
import { MAX_DEPTH, READ_IN_PARTS } from "./rewrite.js";
import type { Serializer } from "./serializer.js";

/** Walks over encoded values by their headers. Throws `ProtocolError` for a message that is truncated or malformed. */
export interface BinaryScanner {
  readonly at: number;
  /** The header byte of the next value. */
  readonly head: number;
  /** Enters a list and returns its length. */
  enterList(): number;
  /** Leaves the list that was entered. */
  leaveList(): void;
  /** Enters a map and returns the number of its members. */
  enterMap(): number;
  /**
   * Skips an envelope field. Returns false if decoding it does not give its value as it is meant: a float could come out as an id, and a
   * value may be nested too deep for the structured clone.
   */
  skipField(): boolean;
  /** Skips a value in a dictionary of the envelope; returns false if it is nested deeper than `depth`. */
  skipMember(depth: number): boolean;
  /** Skips values with all their contents, at any depth. */
  skip(values?: number): void;
}

/** The headers of a binary notation, and what it needs beyond them. */
export interface BinaryFormat {
  readonly label: string;
  readonly notation: Notation<Uint8Array<ArrayBuffer>>;
  /** The header of an empty list; the number of its elements is added to it if there are few. */
  readonly shortList: number;
  readonly scan: (bytes: Uint8Array) => BinaryScanner;
  readonly isMap: (head: number) => boolean;
  readonly isFloat: (head: number) => boolean;
  /** Returns the code of a message out of its encoding of the usual length; undefined for all others. */
  readonly shortCode: (field: Uint8Array) => number | undefined;
}

/** Creates the serializer of a notation in which a message is a list of values without separators. */
export function binarySerializer({
  label,
  notation,
  shortList,
  scan,
  isMap,
  isFloat,
  shortCode,
}: BinaryFormat): Serializer {
  const { name } = notation;

  /** Reads the fields of an envelope, all at once if possible. */
  function readEnvelope(envelope: Uint8Array, isOrdinary: boolean): unknown[] {
    if (isOrdinary) {
      try {
        return notation.read(envelope as Uint8Array<ArrayBuffer>);
      } catch {
        // Something in it has no meaning in WAMP, such as an extension in the details. The other fields can still be read.
      }
    }
    const fields: unknown[] = [];
    const scanner = scan(envelope);
    while (scanner.at < envelope.length) {
      const start = scanner.at;
      const isOrdinaryField = scanner.skipField();
      fields.push(readField(envelope.subarray(start, scanner.at), isOrdinaryField));
    }
    return fields;
  }

  /** Reads one field; returns `undefined` for one that is unreadable, see {@link RawMessage}. */
  function readField(field: Uint8Array, isOrdinary: boolean): unknown {
    const isNumber = isFloat(field[0] ?? 0);
    const value = readContainer(field, isOrdinary || isNumber, READ_IN_PARTS);
    // A float must not pass for an id.
    return isNumber && Number.isInteger(value) ? undefined : value;
  }

  function readWhole(field: Uint8Array): unknown {
    try {
      return notation.read(field as Uint8Array<ArrayBuffer>)[0];
    } catch {
      return undefined;
    }
  }

  /** Reads a value as a whole or, if it is a dictionary, without the members that are unreadable, down to `levels` dictionaries. */
  function readContainer(field: Uint8Array, isReadable: boolean, levels: number): unknown {
    const whole = isReadable ? readWhole(field) : undefined;
    if (whole !== undefined || levels === 0 || !isMap(field[0] ?? 0)) return whole;
    const scanner = scan(field);
    const members: (readonly [string, unknown])[] = [];
    for (let left = scanner.enterMap(); left > 0; left--) {
      const start = scanner.at;
      scanner.skip();
      const middle = scanner.at;
      const isOrdinary = scanner.skipMember(MAX_DEPTH - READ_IN_PARTS + levels - 1);
      const key = readWhole(field.subarray(start, middle));
      const value = readContainer(field.subarray(middle, scanner.at), isOrdinary, levels - 1);
      // The decoder of MessagePack refuses the same key.
      if (typeof key === "string" && key !== "__proto__" && value !== undefined) members.push([key, value]);
    }
    return Object.fromEntries(members);
  }

  return {
    ...payloadCodec(notation),
    binary: true,

    decode(frame) {
      if (typeof frame === "string") throw new ProtocolError(`a text frame, but ${label} is binary`);
      const scanner = scan(frame);
      const elements = scanner.enterList();
      const start = scanner.at;
      if (elements === 0) throw new ProtocolError("a message must have a code");
      let isOrdinary = scanner.skipField();
      const first = frame.subarray(start, scanner.at);
      // A longer encoding of the code is accepted as well.
      const position = payloadPosition(shortCode(first) ?? readField(first, isOrdinary));
      const envelope = Math.min(elements, position ?? elements);
      for (let field = 1; field < envelope; field++) isOrdinary = scanner.skipField() && isOrdinary;
      const payloadStart = scanner.at;
      const count = scanPayload(scanner, elements - envelope);
      const payloadEnd = scanner.at;
      scanner.leaveList();
      if (scanner.at !== frame.length) throw new ProtocolError("bytes after the message");
      const fields = readEnvelope(frame.subarray(start, payloadStart), isOrdinary);
      if (position === undefined) return { fields, payload: undefined };
      return { fields, payload: { serializer: name, count, data: frame.subarray(payloadStart, payloadEnd) } };
    },

    encode({ fields, payload }) {
      const envelope = encodeValue(fields, "message", notation);
      if (payload === undefined || payload.count === 0) return envelope;
      if (payload.serializer !== name) {
        throw new EncodeError("message", `the payload is ${payload.serializer}`);
      }
      const message = concatBytes(envelope, dataIn(payload, notation));
      message[0] = shortList + fields.length + payload.count;
      return message;
    },

    join(payloads) {
      let length = 0;
      for (const payload of payloads) length += 1 + dataIn(payload, notation).length;
      const data = new Uint8Array(length);
      const ends = new Uint32Array(payloads.length);
      let at = 0;
      payloads.forEach((payload, index) => {
        const elements = dataIn(payload, notation);
        data[at] = shortList + payload.count;
        data.set(elements, at + 1);
        at += 1 + elements.length;
        ends[index] = at;
      });
      return { serializer: name, ends, counts: countsOf(payloads), data };
    },
  };
}

/** Skips the elements after the envelope. Any value may stand for args and for kwargs, because a third party wrote them. */
function scanPayload(scanner: BinaryScanner, elements: number): Payload["count"] {
  if (elements > 2) throw new ProtocolError("elements after kwargs");
  scanner.skip(elements);
  return elements as Payload["count"];
}
