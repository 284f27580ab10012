import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageCode } from "../protocol/message-table.js";
import { ProtocolError } from "../protocol/errors.js";
import type { Payload } from "../protocol/payload.js";
import type { RawMessage } from "../protocol/raw-message.js";
import { parseClientMessage } from "../protocol/parse-client-message.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import { payloadPosition } from "../protocol/payload-position.js";
import { DecodeError, EncodeError } from "./errors.js";
import { jsonSerializer } from "./json.js";
import type { Decoded, Serializer } from "./serializer.js";
import { transcode } from "./transcode.js";
import { serializers } from "./serializers.js";
import { runs } from "../testing/property-runs.js";

/** Strings that both serializers carry; brackets, quotes and escapes are what a scanner trips over. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }).filter((value) => !value.startsWith("\0")),
  fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", "u0000", "a", "é"), maxLength: 12 }),
);
// The MessagePack decoder refuses this key, since an assignment to it would change the prototype.
const key = text.filter((value) => value !== "__proto__");
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
  fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 32, 2 ** 31, -(2 ** 31) - 1),
  // JSON has no -0.
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 10 }).map((data) => Uint8Array.from(data)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const args = fc.array(value, { maxLength: 4 });
const kwargs = fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
const content = fc.record({ args, kwargs });
const id = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.constant(2 ** 53),
  fc.maxSafeNat().map((n) => n + 1),
);

/** Fields of any message, in any number, and arguments if its type carries them. */
const message = fc
  .tuple(
    fc.constantFrom(...Object.values(MessageCode)),
    fc.array(fc.oneof(id, text, kwargs), { minLength: 4, maxLength: 4 }),
    content,
  )
  .map(([code, rest, payload]) => ({
    fields: [code, ...rest].slice(0, payloadPosition(code) ?? 5),
    payload,
  }));

function toRaw(
  serializer: Serializer,
  { fields, payload }: { fields: readonly unknown[]; payload: Content },
) {
  const carries = payloadPosition(fields[0]) !== undefined;
  return { fields, payload: carries ? serializer.encodePayload(payload.args, payload.kwargs) : undefined };
}
type Content = { readonly args: readonly unknown[]; readonly kwargs: Record<string, unknown> };

/** Reads a frame to the end; only the errors that the layers promise are allowed. */
function readAll(serializer: Serializer, frame: string | Uint8Array): void {
  let raw: RawMessage;
  try {
    raw = serializer.decode(frame);
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return;
  }
  for (const parse of [parseRouterMessage, parseClientMessage]) {
    try {
      parse(raw);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
  }
  if (raw.payload === undefined) return;
  // Joined with others it must leave them whole.
  const good = serializer.encodePayload(["good"], { a: 1 });
  const joined = serializer.join([good, raw.payload, good]);
  const whole = { args: ["good"], kwargs: { a: 1 } };
  const [first, middle, last] = serializer.decodeJoined(joined);
  expect([first, last]).toEqual([whole, whole]);
  expect(withoutEnds(middle)).toEqual(withoutEnds(alone(serializer, raw.payload)));
}

/**
 * Takes its last character from every text. Where a mutation has cut that character, the decoder of MessagePack completes it from the bytes
 * behind the text, so that it depends on the neighbours.
 */
function withoutEnds(value: unknown): unknown {
  if (typeof value === "string") return [...value].slice(0, -1).join("");
  if (Array.isArray(value)) return value.map(withoutEnds);
  if (typeof value !== "object" || value === null) return value;
  return Object.getPrototypeOf(value) === Object.prototype ? Object.entries(value).map(withoutEnds) : value;
}

/** Decodes a payload by itself. */
function alone(serializer: Serializer, payload: Payload): Decoded {
  try {
    return serializer.decodePayload(payload);
  } catch (failure) {
    expect(failure).toBeInstanceOf(DecodeError);
    return { failure: expect.any(DecodeError) as unknown };
  }
}

/** Cuts, repeats, replaces and inserts pieces of a frame. */
const mutation = fc.record({
  at: fc.nat(200),
  remove: fc.nat(6),
  insert: fc.oneof(
    fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "1", "null", "\\u0000", " "),
    fc.string({ maxLength: 3 }),
  ),
  bytes: fc.array(fc.oneof(fc.integer({ min: 0x80, max: 0xdf }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 3,
  }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(frame: string | Uint8Array, { at, remove, insert, bytes }: Mutation): string | Uint8Array {
  const start = at % (frame.length + 1);
  return typeof frame === "string"
    ? frame.slice(0, start) + insert + frame.slice(start + remove)
    : Uint8Array.from([...frame.subarray(0, start), ...bytes, ...frame.subarray(start + remove)]);
}

for (const serializer of serializers) {
  describe(`any frame in ${serializer.name}`, () => {
    it("is read exactly as it was written", () => {
      fc.assert(
        fc.property(message, (written) => {
          const { fields, payload } = serializer.decode(serializer.encode(toRaw(serializer, written)));
          expect(fields).toEqual(written.fields);
          expect(payload && serializer.decodePayload(payload)).toEqual(payload && written.payload);
        }),
        runs(500),
      );
    });

    it("throws only the errors of its layer when mutated, and harms no other payload", () => {
      fc.assert(
        fc.property(message, fc.array(mutation, { minLength: 1, maxLength: 4 }), (written, mutations) => {
          readAll(serializer, mutations.reduce(mutate, serializer.encode(toRaw(serializer, written))));
        }),
        runs(1000),
      );
    });

    it("throws only protocol errors for random content", () => {
      const frame = serializer.binary
        ? fc.uint8Array({ maxLength: 60 })
        : fc.oneof(
            fc.string({ unit: "binary" }),
            fc.string({ unit: fc.constantFrom(...'[]{}",\\:36 u0e.-') }),
          );
      fc.assert(
        fc.property(frame, (content) => readAll(serializer, content)),
        runs(1000),
      );
    });

    it("decodes any joined payloads to the original arguments", () => {
      fc.assert(
        fc.property(fc.array(content, { maxLength: 6 }), (contents) => {
          const payloads = contents.map((one) => serializer.encodePayload(one.args, one.kwargs));
          const joined = serializer.join(payloads);
          expect(serializer.decodeJoined(joined)).toEqual(contents);
        }),
      );
    });

    it("throws only EncodeError for any value to encode", () => {
      const anything = fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withObjectString: true,
        withNullPrototype: true,
        withBoxedValues: true,
      });
      fc.assert(
        fc.property(fc.array(anything), (given) => {
          try {
            serializer.encodePayload(given, { given });
          } catch (error) {
            expect(error).toBeInstanceOf(EncodeError);
          }
        }),
      );
    });
  });
}

describe("the JSON scanner", () => {
  it("finds the same elements as JSON.parse in any document, with whitespace anywhere", () => {
    const space = fc.constantFrom("", " ", "\n\t", "\r\n  ");
    fc.assert(
      fc.property(content, kwargs, space, fc.nat(3), ({ args, kwargs }, details, gap, indent) => {
        const plain = (one: unknown) =>
          JSON.stringify(
            one,
            (_key, item: unknown) => (item instanceof Uint8Array ? [...item] : item),
            indent,
          );
        const elements = [36, 1, 2 ** 53, details, args, kwargs].map(plain);
        const document = gap + "[" + elements.map((element) => gap + element + gap).join(",") + "]" + gap;
        const { fields, payload } = jsonSerializer.decode(document);
        expect(payload?.count).toBe(2);
        const seen = [...fields, ...(JSON.parse(`[${String(payload?.data)}]`) as unknown[])];
        expect(seen).toEqual(JSON.parse(document));
      }),
      runs(500),
    );
  });
});

describe("transcoding", () => {
  it("to another serializer and back gives the same payload", () => {
    fc.assert(
      fc.property(content, ({ args, kwargs }) => {
        const json = jsonSerializer.encodePayload(args, kwargs);
        for (const other of serializers) {
          const payload = transcode(json, jsonSerializer, other);
          expect(other.decodePayload(payload)).toEqual({ args, kwargs });
          expect(transcode(payload, other, jsonSerializer)).toEqual(json);
        }
      }),
      runs(500),
    );
  });
});
