import fc from "fast-check";
import type { OwnSerializerName } from "../protocol/payload.js";
import type { Frame } from "./serializer.js";

/** The router's own fields in the messages that carry content of a third party. */
export interface OwnFields {
  readonly subscription: number;
  readonly registration: number;
  /** Id of a CALL that awaits its answer. */
  readonly call: number;
  /** Id of a new INVOCATION. */
  readonly invocation: number;
}

/** The types of messages in which a router passes on what a third party wrote, while the session lasts. */
export const carriers = ["EVENT", "RESULT", "ERROR", "INVOCATION", "INTERRUPT"] as const;
/** The types of messages that end the session, with words of a third party. */
export const endings = ["GOODBYE", "ABORT"] as const;
export type Carrier = (typeof carriers)[number] | (typeof endings)[number];

/** Values as a third party encoded them: JSON text, or hexadecimal digits of MessagePack or CBOR. */
export interface Content {
  readonly details: string;
  readonly uri: string;
  /** Args and kwargs, or anything else in their place. */
  readonly elements: readonly string[];
}

const jsonText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '""',
    '"\\u0000"',
    '"\\u0000bad"',
    '"\\u0000AAAA"',
    '"\\ud800"',
    '"]}"',
    '"\\\\"',
    '"\\x"',
    '"\n"',
  ),
);

const jsonScalar = fc.oneof(
  jsonText,
  fc.constantFrom(
    "null",
    "true",
    "false",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "0",
    "-0",
    "01",
    "1.0",
    "-1",
  ),
  fc.constantFrom("1e999", "1e-7", "9007199254740992", "9007199254740993", "9".repeat(400)),
  fc.integer().map(String),
  fc.double().map(String),
);

const depths = [1, 150, 250, 20_000];

const jsonDeep = fc
  .constantFrom(...depths)
  .chain((depth) =>
    fc.constantFrom(
      "[".repeat(depth) + "]".repeat(depth),
      '{"a":'.repeat(depth) + '"\\u0000AA=="' + "}".repeat(depth),
    ),
  );

const { value: jsonValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    jsonScalar,
    { weight: 1, arbitrary: jsonDeep },
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(" , ")}]`),
    fc
      .array(
        fc.tuple(fc.oneof(jsonText, fc.constantFrom('"__proto__"', '"progress"', '"topic"')), tie("value")),
        {
          maxLength: 3,
        },
      )
      .map((entries) => `{${entries.map(([key, item]) => `${key}:${item}`).join(",")}}`),
  ),
}));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const msgpackText = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom("\0bad", "__proto__", "progress", "topic"),
  )
  .map((text) => Buffer.from(text))
  .map((bytes) => `d9${hex(Uint8Array.of(bytes.length))}${hex(bytes)}`);

const msgpackScalar = fc.oneof(
  msgpackText,
  fc.constantFrom("c0", "c2", "c3", "00", "7f", "ff", "d9028080", "a0"),
  fc.constantFrom("cf0020000000000000", "cf0020000000000001", "cfffffffffffffffff", "d38000000000000000"),
  fc.constantFrom("ca3f800000", "cb3ff0000000000000", "cb7ff8000000000000", "cb7ff0000000000000"),
  fc.constantFrom("c400", "c403626164", "d40500", "d6ff00000001", "c70cff0000000000000000ffffffff", "c7000b"),
);

const msgpackDeep = fc
  .constantFrom(...depths)
  .chain((depth) => fc.constantFrom("91".repeat(depth) + "c40100", "81a161".repeat(depth) + "c0"));

const { value: msgpackValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    msgpackScalar,
    { weight: 1, arbitrary: msgpackDeep },
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `9${items.length}${items.join("")}`),
    fc
      .array(fc.tuple(fc.oneof(msgpackText, msgpackText, msgpackScalar), tie("value")), { maxLength: 3 })
      .map((entries) => `8${entries.length}${entries.flat().join("")}`),
  ),
}));

const cborText = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom("\0bad", "__proto__", "constructor", "progress", "topic"),
  )
  .map((text) => Buffer.from(text))
  .map((bytes) => `78${hex(Uint8Array.of(bytes.length))}${hex(bytes)}`);

const cborScalar = fc.oneof(
  cborText,
  fc.constantFrom("f6", "f7", "f4", "f5", "00", "17", "20", "40", "4100", "60", "628080"),
  fc.constantFrom("1b0020000000000000", "1b0020000000000001", "1bffffffffffffffff", "3bffffffffffffffff"),
  fc.constantFrom("f93c00", "fa3f800000", "fb3ff0000000000000", "f97e00", "fb7ff0000000000000"),
  // Simple values that have no meaning.
  fc.constantFrom("e0", "f3", "f0", "f8ff", "f818"),
  // Tags: of dates, of integers, and those that the decoder has for itself: shared, packed and bundled values, records, errors, sets.
  fc.constantFrom("c060", "c101", "c1fbfff0000000000000", "c240", "c349010000000000000000", "c201", "c260"),
  fc.constantFrom("d81c80", "d81d00", "c600", "d8338401808000", "d9dff9820080", "d9dfff830081616101"),
  fc.constantFrom(
    "d81b82654572726f726161",
    "d9010280",
    "d90103a0",
    "d9d9f701",
    "d84541ff",
    "db00000000000000ff00",
  ),
  fc.constantFrom("5f4100ff", "7f6161ff", "9fff", "9f01ff", "bfff", "bf616101ff", "9f9f9fffffff"),
);

const cborDeep = fc
  .constantFrom(...depths)
  .chain((depth) =>
    fc.constantFrom(
      "81".repeat(depth) + "4100",
      "a16161".repeat(depth) + "f6",
      "9f".repeat(depth) + "ff".repeat(depth),
      "c1".repeat(depth) + "00",
    ),
  );

const { value: cborValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    cborScalar,
    { weight: 1, arbitrary: cborDeep },
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `8${items.length}${items.join("")}`),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `9f${items.join("")}ff`),
    fc
      .array(fc.tuple(fc.oneof(cborText, cborText, cborScalar), tie("value")), { maxLength: 3 })
      .map((entries) => `a${entries.length}${entries.flat().join("")}`),
  ),
}));

const values: Record<OwnSerializerName, fc.Arbitrary<string>> = {
  json: jsonValue,
  msgpack: msgpackValue,
  cbor: cborValue,
};

/** Arbitrary content of a third party. */
export function thirdPartyContent(serializer: OwnSerializerName): fc.Arbitrary<Content> {
  const value = values[serializer];
  return fc.record({ details: value, uri: value, elements: fc.array(value, { maxLength: 2 }) });
}

/** Puts content of a third party into a message, as a router does that passes it on unread. */
export function thirdPartyFrame(
  serializer: OwnSerializerName,
  type: Carrier,
  { subscription, registration, call, invocation }: OwnFields,
  { details, uri, elements }: Content,
): Frame {
  const fields: Record<Carrier, readonly (number | string)[]> = {
    EVENT: [36, subscription, 4711, details, ...elements],
    RESULT: [50, call, details, ...elements],
    ERROR: [8, 48, call, details, uri, ...elements],
    INVOCATION: [68, invocation, registration, details, ...elements],
    INTERRUPT: [69, invocation, details],
    GOODBYE: [6, details, uri],
    ABORT: [3, details, uri, ...elements],
  };
  switch (serializer) {
    case "json":
      return `[${fields[type].join(", ")}]`;
    case "msgpack":
      return packed("9", "ce", fields[type]);
    case "cbor":
      return packed("8", "1a", fields[type]);
  }
}

/** Puts encoded fields into a list, whose header and that of an integer of 32 bits are given in hexadecimal digits. */
function packed(list: string, integer: string, fields: readonly (number | string)[]): Uint8Array {
  const digits = fields.map((field) =>
    typeof field === "number" ? `${integer}${field.toString(16).padStart(8, "0")}` : field,
  );
  return Uint8Array.from(Buffer.from(`${list}${fields.length}${digits.join("")}`, "hex"));
}
