import { ProtocolError } from "../protocol/errors.js";
import { EncodeError } from "./errors.js";
import { parseJson } from "./json-binary.js";
import { toJson } from "./json-encode.js";
import { jsonPayloads, text } from "./json-payload.js";
import { scanJson } from "./json-scan.js";
import { encoding } from "./rewrite.js";
import type { Serializer } from "./serializer.js";

const EMPTY = { serializer: "json", count: 0, data: "" } as const;

/** The serializer of `wamp.2.json`. */
export const jsonSerializer: Serializer = {
  ...jsonPayloads,
  binary: false,

  decode(frame) {
    if (typeof frame !== "string") throw new ProtocolError("a binary frame, but JSON is text");
    const { envelopeEnd, carriesPayload, count, payloadStart, payloadEnd } = scanJson(frame);
    const fields = parseEnvelope(`${frame.slice(0, envelopeEnd)}]`);
    if (!carriesPayload) return { fields, payload: undefined };
    if (count === 0) return { fields, payload: EMPTY };
    return { fields, payload: { serializer: "json", count, data: frame.slice(payloadStart, payloadEnd) } };
  },

  encode({ fields, payload }) {
    const envelope = encoding("message", () => toJson(fields, "message"));
    if (payload === undefined || payload.count === 0) return envelope;
    if (payload.serializer !== "json")
      throw new EncodeError("message", `the payload is ${payload.serializer}`);
    return `${envelope.slice(0, -1)},${text(payload)}]`;
  },

  join(payloads) {
    const ends = new Uint32Array(payloads.length);
    let end = 0;
    // A single `join` creates a flat string. Repeated concatenation would create a tree, which is flattened each time it crosses a port.
    const texts = payloads.map((payload, index) => {
      const elements = text(payload);
      end += ",[".length + elements.length + "]".length;
      ends[index] = end;
      return elements;
    });
    return { serializer: "json", ends, data: texts.length === 0 ? "[]" : `[[${texts.join("],[")}]]` };
  },
};

function parseEnvelope(text: string): unknown[] {
  try {
    // The scanner has checked that the text is a list.
    return parseJson(text) as unknown[];
  } catch (cause) {
    throw new ProtocolError("the envelope of the message is not JSON", { cause });
  }
}
