import { ProtocolError } from "../protocol/errors.js";
import { payloadPosition } from "../protocol/payload-position.js";
import type { Payload } from "../protocol/payload.js";
import { concatBytes } from "./binary.js";
import { EncodeError } from "./errors.js";
import { bytes, msgpackPayloads, SHORT_LIST } from "./msgpack-payload.js";
import { isBinaryHeader, isListHeader, isMapHeader, MsgpackScanner } from "./msgpack-scan.js";
import { fromMsgpack, toMsgpack } from "./msgpack-values.js";
import { encoding } from "./rewrite.js";
import type { Serializer } from "./serializer.js";

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
    scanner.skipField();
    // A code fits into one byte; a longer encoding is accepted as well.
    const code = scanner.at === start + 1 ? head : decodeEnvelope(frame.subarray(start, scanner.at))[0];
    const position = payloadPosition(code);
    const envelope = Math.min(elements, position ?? elements);
    for (let field = 1; field < envelope; field++) scanner.skipField();
    const payloadStart = scanner.at;
    const count = scanPayload(scanner, elements - envelope);
    if (scanner.at !== frame.length) throw new ProtocolError("bytes after the message");
    const fields = decodeEnvelope(frame.subarray(start, payloadStart));
    if (position === undefined) return { fields, payload: undefined };
    return { fields, payload: { serializer: "msgpack", count, data: frame.subarray(payloadStart) } };
  },

  encode({ fields, payload }) {
    return encoding("message", () => {
      const envelope = toMsgpack(fields, "message");
      if (payload === undefined || payload.count === 0) return envelope.slice();
      if (payload.serializer !== "msgpack") {
        throw new EncodeError("message", `the payload is ${payload.serializer}`);
      }
      const message = concatBytes(envelope, bytes(payload));
      message[0] = SHORT_LIST + fields.length + payload.count;
      return message;
    });
  },

  join(payloads) {
    let length = 0;
    for (const payload of payloads) length += 1 + bytes(payload).length;
    const data = new Uint8Array(length);
    const ends = new Uint32Array(payloads.length);
    let at = 0;
    payloads.forEach((payload, index) => {
      const elements = bytes(payload);
      data[at] = SHORT_LIST + payload.count;
      data.set(elements, at + 1);
      at += 1 + elements.length;
      ends[index] = at;
    });
    return { serializer: "msgpack", ends, data };
  },
};

/** Checks the elements after the envelope: args (or one binary value in their place, "Payload Passthru Mode") and kwargs. */
function scanPayload(scanner: MsgpackScanner, elements: number): Payload["count"] {
  if (elements === 0) return 0;
  if (isBinaryHeader(scanner.head)) {
    if (elements > 1) throw new ProtocolError("elements after a binary payload");
  } else if (!isListHeader(scanner.head)) {
    throw new ProtocolError("args must be a list");
  }
  scanner.skip();
  if (elements === 1) return 1;
  if (!isMapHeader(scanner.head)) throw new ProtocolError("kwargs must be a dictionary");
  scanner.skip();
  if (elements === 2) return 2;
  throw new ProtocolError("elements after kwargs");
}

function decodeEnvelope(envelope: Uint8Array): unknown[] {
  try {
    return fromMsgpack(envelope);
  } catch (cause) {
    throw new ProtocolError("the envelope of the message is not MessagePack", { cause });
  }
}
