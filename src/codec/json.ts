import { ProtocolError } from "../protocol/errors.js";
import { EncodeError } from "./errors.js";
import { encoding, isPlain } from "./encode-value.js";
import { binaryOrText, parseFields } from "./json-binary.js";
import { convertForJson, ESCAPED_SURROGATE, jsonNotation, jsonPayloads } from "./json-payload.js";
import { fieldTexts, isOrdinaryField, memberTexts, scanJson } from "./json-scan.js";
import type { ScannedJson } from "./json-scan.js";
import type { LeafConverter } from "./notation.js";
import { countsOf, dataIn } from "./payload-codec.js";
import { MAX_DEPTH, READ_IN_PARTS, rewrite } from "./rewrite.js";
import type { Serializer } from "./serializer.js";

const EMPTY = { serializer: "json", count: 0, data: "" } as const;

/** The serializer of `wamp.2.json`. */
export const jsonSerializer: Serializer = {
  ...jsonPayloads,
  binary: false,

  decode(frame) {
    if (typeof frame !== "string") throw new ProtocolError("a binary frame, but JSON is text");
    const scanned = scanJson(frame);
    const { carriesPayload, count, payloadStart, payloadEnd } = scanned;
    const fields = readEnvelope(frame, scanned);
    if (!carriesPayload) return { fields, payload: undefined };
    if (count === 0) return { fields, payload: EMPTY };
    return { fields, payload: { serializer: "json", count, data: frame.slice(payloadStart, payloadEnd) } };
  },

  encode({ fields, payload }) {
    const envelope = encoding("message", () => fieldsToJson(fields));
    if (payload === undefined || payload.count === 0) return envelope;
    if (payload.serializer !== "json")
      throw new EncodeError("message", `the payload is ${payload.serializer}`);
    return `${envelope.slice(0, -1)},${dataIn(payload, jsonNotation)}]`;
  },

  join(payloads) {
    const ends = new Uint32Array(payloads.length);
    let end = 0;
    // A single `join` creates a flat string. Repeated concatenation would create a tree, which is flattened each time it crosses a port.
    const texts = payloads.map((payload, index) => {
      const elements = dataIn(payload, jsonNotation);
      end += ",[".length + elements.length + "]".length;
      ends[index] = end;
      return elements;
    });
    return {
      serializer: "json",
      ends,
      counts: countsOf(payloads),
      data: texts.length === 0 ? "[]" : `[[${texts.join("],[")}]]`,
    };
  },
};

/**
 * Encodes the fields of an envelope as `parseFields` reads them: a string that begins with U+0000 may be a field, and stand in a dictionary
 * unless it would be read as binary data.
 */
function fieldsToJson(fields: readonly unknown[]): string {
  if (isPlain(fields, MAX_DEPTH, jsonNotation)) {
    const text = JSON.stringify(fields);
    if (!text.includes(ESCAPED_SURROGATE)) return text;
  }
  const copies = fields.map((field, index) =>
    rewrite(field, `message[${index}]`, typeof field === "string" ? (leaf) => leaf : convertDetail),
  );
  return JSON.stringify(copies);
}

const convertDetail: LeafConverter = (leaf, refuse) =>
  typeof leaf === "string" && binaryOrText(leaf) === leaf ? leaf : convertForJson(leaf, refuse);

/** Reads the fields of an envelope, all at once if possible. */
function readEnvelope(frame: string, { envelopeEnd, isOrdinary }: ScannedJson): unknown[] {
  if (isOrdinary) {
    try {
      return parseFields(`${frame.slice(0, envelopeEnd)}]`);
    } catch {
      // Something in it is not JSON, such as the NaN in the details of a peer in Python. The other fields can still be read.
    }
  }
  return fieldTexts(frame, envelopeEnd).map(readField);
}

/** Digits of the largest integer of 64 bits; longer ones are not worth the effort of reading them. */
const LONGEST_INTEGER = String(2n ** 64n).length;

/** Reads one field; returns `undefined` for one that is unreadable, see {@link RawMessage}. */
function readField(text: string): unknown {
  if (/^[{["]/.test(text)) return readContainer(text, READ_IN_PARTS);
  if (isOrdinaryField(text, 0, text.length)) return readWhole(text);
  if (/^-?\d+$/.test(text)) return text.length > LONGEST_INTEGER ? undefined : BigInt(text);
  const number = Number(text);
  // Neither a deeply nested value, nor a number such as 1.0, which must not pass for an id.
  return Number.isInteger(number) || Number.isNaN(number) ? undefined : number;
}

function readWhole(text: string): unknown {
  try {
    return parseFields(`[${text}]`)[0];
  } catch {
    return undefined;
  }
}

/** Reads a value as a whole or, if it is a dictionary, without the members that are unreadable, down to `levels` dictionaries. */
function readContainer(text: string, levels: number): unknown {
  const depth = MAX_DEPTH - READ_IN_PARTS + levels;
  const whole = isOrdinaryField(text, 0, text.length, depth) ? readWhole(text) : undefined;
  if (whole !== undefined || levels === 0) return whole;
  const members = memberTexts(text)?.flatMap(([key, value]) => {
    const name = readWhole(key);
    const member = /^[{[]/.test(value) ? readContainer(value, levels - 1) : readWhole(value);
    return typeof name === "string" && member !== undefined ? [[name, member] as const] : [];
  });
  return members && Object.fromEntries(members);
}
