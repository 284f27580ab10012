import fc from "fast-check";

export type SerializerName = "json" | "msgpack" | "cbor";

/** Content of a message besides ids and codes, each value already encoded: JSON text, or hexadecimal digits of MessagePack or CBOR. */
export interface Content {
  readonly options: string;
  readonly uri: string;
  /** Args and kwargs, or anything else in their place. */
  readonly elements: readonly string[];
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("null", "true", "NaN", "Infinity", "0", "-1", "1.0", "1e300", "9007199254740993"),
    fc.constantFrom(
      '"text"',
      '""',
      '"\\u0000bad"',
      '"\\u0000AAAA"',
      '"\\ud800"',
      '"]}"',
      nested(250),
      nested(2_000),
    ),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .dictionary(fc.constantFrom("a", "__proto__", "progress", "enc_algo", "topic", "\0bad"), tie("value"), {
        maxKeys: 3,
      })
      .map(
        (dict) =>
          `{${Object.entries(dict)
            .map(([key, item]) => `${JSON.stringify(key)}:${item}`)
            .join()}}`,
      ),
  ),
})).value;

const packedText = (text: string) =>
  `d9${Buffer.from([Buffer.byteLength(text)]).toString("hex")}${Buffer.from(text).toString("hex")}`;

const msgpack = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("c0", "c3", "00", "ff", "cb3ff0000000000000", "cb7ff8000000000000", "cf0020000000000001"),
    fc.constantFrom(
      "cfffffffffffffffff",
      "c403626164",
      "d40500",
      "d6ff00000001",
      "a0",
      "a400626164",
      "a20000",
    ),
    fc.constantFrom("91".repeat(250) + "c0", "91".repeat(2_000) + "c0"),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `9${items.length}${items.join("")}`),
    fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom("a", "__proto__", "progress", "enc_algo", "topic").map(packedText),
            fc.constantFrom("c0", "07"),
          ),
          tie("value"),
        ),
        { maxLength: 3 },
      )
      .map((entries) => `8${entries.length}${entries.flat().join("")}`),
  ),
})).value;

const cborText = (text: string) =>
  `78${Buffer.from([Buffer.byteLength(text)]).toString("hex")}${Buffer.from(text).toString("hex")}`;

const cbor = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("f6", "f5", "f7", "00", "20", "f93c00", "fb7ff8000000000000", "1b0020000000000001"),
    fc.constantFrom("1bffffffffffffffff", "3bffffffffffffffff", "c249010000000000000000", "43626164", "60"),
    fc.constantFrom("c074323031332d30332d32315432303a30343a30305a", "c100", "d9010280", "d81c81d81d00", "f0"),
    fc.constantFrom("81".repeat(250) + "f6", "81".repeat(2_000) + "f6", "9f01ff", "7f6161ff"),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `8${items.length}${items.join("")}`),
    fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom("a", "__proto__", "constructor", "progress", "enc_algo", "topic").map(cborText),
            fc.constantFrom("f6", "07"),
          ),
          tie("value"),
        ),
        { maxLength: 3 },
      )
      .map((entries) => `a${entries.length}${entries.flat().join("")}`),
  ),
})).value;

/** Contents that have ended sessions, and forms that real clients write. */
const known: Record<SerializerName, readonly Content[]> = {
  json: [
    { options: "{}", uri: '"com.example.error"', elements: ["null"] },
    { options: "{}", uri: '"com.example.error"', elements: ["null", '{"a":1}'] },
    { options: "{}", uri: '"com.example.error"', elements: ["[1]", "null"] },
    { options: "null", uri: '"com.example.error"', elements: ["[3]"] },
    { options: "{}", uri: '"\\u0000bad"', elements: [] },
    { options: "{}", uri: '"\\u0000AAAA"', elements: ["[1]"] },
    { options: "{}", uri: '"com.example.error"', elements: ["[NaN]"] },
    { options: '{"enc_algo":"cryptobox"}', uri: '"com.example.error"', elements: ['"\\u0000AAAA"'] },
    { options: "{}", uri: '"com.example.error"', elements: ['["\\u0000bad!"]'] },
    { options: "{}", uri: '"com.example.error"', elements: ['[{"__proto__":["\\u0000AAAA"]}]'] },
    { options: "{}", uri: '"com.example.error"', elements: ["[18446744073709551615]"] },
    { options: "{}", uri: '"com.example.error"', elements: [`[${nested(100)}]`] },
  ],
  msgpack: [
    { options: "80", uri: "a161", elements: ["c0"] },
    { options: "80", uri: "a161", elements: ["c0", "81a16101"] },
    { options: "80", uri: "a161", elements: ["9101", "c0"] },
    { options: "c0", uri: "a161", elements: ["9103"] },
    { options: "80", uri: "c403626164", elements: [] },
    { options: "80", uri: "a400626164", elements: [] },
    { options: "80", uri: "a161", elements: ["91d40500"] },
    {
      options: `81${packedText("enc_algo")}${packedText("cryptobox")}`,
      uri: "a161",
      elements: ["c403626164"],
    },
    { options: "80", uri: "a161", elements: ["9181c001"] },
    { options: "80", uri: "a161", elements: [`9181${packedText("__proto__")}01`] },
    { options: "80", uri: "a161", elements: ["91cfffffffffffffffff"] },
    { options: "80", uri: "a161", elements: [`91${"91".repeat(100)}c0`] },
  ],
  cbor: [
    { options: "a0", uri: "6161", elements: ["f6"] },
    { options: "a0", uri: "6161", elements: ["f6", "a1616101"] },
    { options: "a0", uri: "6161", elements: ["8101", "f6"] },
    { options: "f6", uri: "6161", elements: ["8103"] },
    { options: "a0", uri: "43626164", elements: [] },
    { options: "a0", uri: "6400626164", elements: [] },
    { options: "a0", uri: "6161", elements: ["81d81b82654572726f726161"] },
    { options: "a0", uri: "6161", elements: ["81a1f601"] },
    { options: "a0", uri: "6161", elements: [`81a1${cborText("__proto__")}01`] },
    { options: "a0", uri: "6161", elements: ["811bffffffffffffffff"] },
    { options: "a0", uri: "6161", elements: ["81c249010000000000000000"] },
    { options: "a0", uri: "6161", elements: [`81${"81".repeat(100)}f6`] },
  ],
};

const valid = {
  json: { options: "{}", uri: '"com.example.error"' },
  msgpack: { options: "80", uri: "a161" },
  cbor: { options: "a0", uri: "6161" },
};

/** Known and generated contents. Most are wrong in one place only: a router refuses what is wrong in many. */
export function contents(serializer: SerializerName, seed: number, count: number): readonly Content[] {
  const value = { json, msgpack, cbor }[serializer];
  const { options, uri } = valid[serializer];
  const content = fc.record({
    options: fc.oneof({ weight: 3, arbitrary: fc.constant(options) }, value),
    uri: fc.oneof({ weight: 3, arbitrary: fc.constant(uri) }, value),
    elements: fc.array(value, { maxLength: 2 }),
  });
  return [...known[serializer], ...fc.sample(content, { seed, numRuns: count })];
}

/** The headers of a short list and of an integer of 32 bits, and encoded text. */
const headers = {
  msgpack: { list: "9", integer: "ce", text: packedText },
  cbor: { list: "8", integer: "1a", text: cborText },
};

/** Encodes a message from its parts; numbers and texts are encoded, the content is already. */
export function frame(
  serializer: SerializerName,
  ...fields: readonly (number | { readonly text: string } | string)[]
): string | Uint8Array {
  if (serializer === "json") {
    return `[${fields.map((field) => (typeof field === "object" ? JSON.stringify(field.text) : field)).join(",")}]`;
  }
  const { list, integer, text } = headers[serializer];
  const digits = fields.map((field) => {
    if (typeof field === "number") return `${integer}${field.toString(16).padStart(8, "0")}`;
    return typeof field === "object" ? text(field.text) : field;
  });
  return Buffer.from(`${list}${fields.length}${digits.join("")}`, "hex");
}
