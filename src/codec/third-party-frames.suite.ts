import fc from "fast-check";
import type { SerializerName } from "../protocol/payload.js";
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

/** Values as a third party encoded them: JSON text, or hexadecimal digits of MessagePack. */
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

const values = { json: jsonValue, msgpack: msgpackValue };

/** Arbitrary content of a third party. */
export function thirdPartyContent(serializer: SerializerName): fc.Arbitrary<Content> {
  const value = values[serializer];
  return fc.record({ details: value, uri: value, elements: fc.array(value, { maxLength: 2 }) });
}

/** Puts content of a third party into a message, as a router does that passes it on unread. */
export function thirdPartyFrame(
  serializer: SerializerName,
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
  return serializer === "json" ? `[${fields[type].join(", ")}]` : packed(fields[type]);
}

function packed(fields: readonly (number | string)[]): Uint8Array {
  const digits = fields.map((field) =>
    typeof field === "number" ? `ce${field.toString(16).padStart(8, "0")}` : field,
  );
  return Uint8Array.from(Buffer.from(`9${fields.length}${digits.join("")}`, "hex"));
}
