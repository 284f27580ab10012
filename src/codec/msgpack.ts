import { ProtocolError } from "../protocol/errors.js";
import { payloadPosition } from "../protocol/payload-position.js";
import type { Payload } from "../protocol/payload.js";
import { concatBytes } from "./binary.js";
import { encodeValue } from "./encode-value.js";
import { EncodeError } from "./errors.js";
import { fromMsgpack, msgpackNotation } from "./msgpack-payload.js";
import { isFloatHeader, isMapHeader, MsgpackScanner } from "./msgpack-scan.js";
import { dataIn, payloadCodec } from "./payload-codec.js";
import { MAX_DEPTH, READ_IN_PARTS } from "./rewrite.js";
import type { Serializer } from "./serializer.js";

/** The header of a list of fewer than 16 elements; the number of elements is added to it. */
const SHORT_LIST = 0x90;

/**
 * Encodes arguments as MessagePack. Accepts and refuses the same values as JSON, except that NaN, the infinities, strings that begin
 * with U+0000 and bigints of 64 bits can be encoded.
 */
export const msgpackPayloads = payloadCodec(msgpackNotation);

/** The serializer of `wamp.2.msgpack`. */
export const msgpackSerializer: Serializer = {
  ...msgpackPayloads,
  binary: true,

  decode(frame) {
    if (typeof frame === "string") throw new ProtocolError("a text frame, but MessagePack is binary");
    const scanner = new MsgpackScanner(frame);
    const elements = scanner.enterList();
    const start = scanner.at;
    if (elements === 0) throw new ProtocolError("a message must have a code");
    const { head } = scanner;
    let isOrdinary = scanner.skipField();
    // A code fits into one byte; a longer encoding is accepted as well.
    const code = scanner.at === start + 1 ? head : readField(frame.subarray(start, scanner.at), isOrdinary);
    const position = payloadPosition(code);
    const envelope = Math.min(elements, position ?? elements);
    for (let field = 1; field < envelope; field++) isOrdinary = scanner.skipField() && isOrdinary;
    const payloadStart = scanner.at;
    const count = scanPayload(scanner, elements - envelope);
    if (scanner.at !== frame.length) throw new ProtocolError("bytes after the message");
    const fields = readEnvelope(frame.subarray(start, payloadStart), isOrdinary);
    if (position === undefined) return { fields, payload: undefined };
    return { fields, payload: { serializer: "msgpack", count, data: frame.subarray(payloadStart) } };
  },

  encode({ fields, payload }) {
    const envelope = encodeValue(fields, "message", msgpackNotation);
    if (payload === undefined || payload.count === 0) return envelope;
    if (payload.serializer !== "msgpack") {
      throw new EncodeError("message", `the payload is ${payload.serializer}`);
    }
    const message = concatBytes(envelope, dataIn(payload, msgpackNotation));
    message[0] = SHORT_LIST + fields.length + payload.count;
    return message;
  },

  join(payloads) {
    let length = 0;
    for (const payload of payloads) length += 1 + dataIn(payload, msgpackNotation).length;
    const data = new Uint8Array(length);
    const ends = new Uint32Array(payloads.length);
    let at = 0;
    payloads.forEach((payload, index) => {
      const elements = dataIn(payload, msgpackNotation);
      data[at] = SHORT_LIST + payload.count;
      data.set(elements, at + 1);
      at += 1 + elements.length;
      ends[index] = at;
    });
    return { serializer: "msgpack", ends, data };
  },
};

/** Skips the elements after the envelope. Any value may stand for args and for kwargs, because a third party wrote them. */
function scanPayload(scanner: MsgpackScanner, elements: number): Payload["count"] {
  if (elements > 2) throw new ProtocolError("elements after kwargs");
  scanner.skip(elements);
  return elements as Payload["count"];
}

/** Reads the fields of an envelope, all at once if possible. */
function readEnvelope(envelope: Uint8Array, isOrdinary: boolean): unknown[] {
  if (isOrdinary) {
    try {
      return fromMsgpack(envelope);
    } catch {
      // Something in it has no meaning in WAMP, such as an extension in the details. The other fields can still be read.
    }
  }
  const fields: unknown[] = [];
  const scanner = new MsgpackScanner(envelope);
  while (scanner.at < envelope.length) {
    const start = scanner.at;
    const isOrdinaryField = scanner.skipField();
    fields.push(readField(envelope.subarray(start, scanner.at), isOrdinaryField));
  }
  return fields;
}

/** Reads one field; returns `undefined` for one that is unreadable, see {@link RawMessage}. */
function readField(field: Uint8Array, isOrdinary: boolean): unknown {
  const isFloat = isFloatHeader(field[0] ?? 0);
  const value = readContainer(field, isOrdinary || isFloat, READ_IN_PARTS);
  // A float must not pass for an id.
  return isFloat && Number.isInteger(value) ? undefined : value;
}

function readWhole(field: Uint8Array): unknown {
  try {
    return fromMsgpack(field)[0];
  } catch {
    return undefined;
  }
}

/** Reads a value as a whole or, if it is a dictionary, without the members that are unreadable, down to `levels` dictionaries. */
function readContainer(field: Uint8Array, isReadable: boolean, levels: number): unknown {
  const whole = isReadable ? readWhole(field) : undefined;
  if (whole !== undefined || levels === 0 || !isMapHeader(field[0] ?? 0)) return whole;
  const scanner = new MsgpackScanner(field);
  const members: (readonly [string, unknown])[] = [];
  for (let left = scanner.enterMap(); left > 0; left--) {
    const start = scanner.at;
    scanner.skip();
    const middle = scanner.at;
    const isOrdinary = scanner.skipMember(MAX_DEPTH - READ_IN_PARTS + levels - 1);
    const key = readWhole(field.subarray(start, middle));
    const value = readContainer(field.subarray(middle, scanner.at), isOrdinary, levels - 1);
    // The decoder refuses the same key.
    if (typeof key === "string" && key !== "__proto__" && value !== undefined) members.push([key, value]);
  }
  return Object.fromEntries(members);
}
