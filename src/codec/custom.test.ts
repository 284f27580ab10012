import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol/errors.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import type { SerializerModule } from "../protocol/serializer-module.js";
import { packed, tagged } from "../testing/custom-modules.js";
import { runs } from "../testing/property-runs.js";
import { customSerializer } from "./custom.js";
import { DecodeError, EncodeError } from "./errors.js";
import { jsonSerializer } from "./json.js";
import { serializerSuite } from "./serializer.suite.js";
import { transcode } from "./transcode.js";

const serializers = [customSerializer("packed", packed), customSerializer("tagged", tagged)];

for (const serializer of serializers) {
  serializerSuite(serializer, false);

  it(`@G28 ${serializer.name} carries any arguments through a message, joined ones too`, () => {
    const bytes = fc.uint8Array().map((given) => Uint8Array.from(given));
    const key = fc
      .string({ unit: "grapheme" })
      .filter((text) => text !== "__proto__" && !text.startsWith("%"));
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: "grapheme" }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        bytes,
        fc.array(tie("node")),
        fc.dictionary(key, tie("node"), { noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ args: fc.array(value), kwargs: fc.dictionary(key, value, { noNullPrototype: true }) }),
        ),
        (messages) => {
          const payloads = messages.map(({ args, kwargs }) => {
            const sent = { fields: [36, 1, 2, {}], payload: serializer.encodePayload(args, kwargs) };
            const { fields, payload } = serializer.decode(serializer.encode(sent));
            expect(fields).toEqual(sent.fields);
            if (payload === undefined) throw new Error("an EVENT without a payload");
            return payload;
          });
          expect(serializer.decodeJoined(serializer.join(payloads))).toEqual(messages);
        },
      ),
      runs(200),
    );
  });

  it(`${serializer.name} transcodes from and to JSON`, () => {
    const payload = serializer.encodePayload([1, "two"], { three: [3] });
    const inJson = transcode(payload, serializer, jsonSerializer);
    expect(inJson.data).toBe('[1,"two"],{"three":[3]}');
    expect(transcode(inJson, jsonSerializer, serializer)).toEqual(payload);
  });
}

/** Returns a serializer whose module is the binary one but for some functions. */
const changed = (change: Partial<Record<keyof SerializerModule, unknown>>) =>
  customSerializer("odd", { ...packed, ...change } as SerializerModule);

describe("@G28 a module of the application", () => {
  it("decides which values there are", () => {
    const [, serializer] = serializers;
    const when = new Date(1_000);
    const payload = serializer?.encodePayload([when]) ?? fail();
    expect(serializer?.decodePayload(payload)).toEqual({ args: [when], kwargs: {} });
  });

  it.each([
    ["lacks a function", { encode: undefined }, 'the module of the serializer "odd" must export'],
    [
      "returns a promise",
      { encode: () => Promise.resolve(new Uint8Array()) },
      "returned Promise, neither text",
    ],
    ["returns another value", { decode: () => [[]] }, "does not return what encode() was given"],
    [
      "returns bigints",
      { decode: (data: Uint8Array) => JSON.parse(JSON.stringify(packed.decode(data)), bigints) as unknown },
      "does not return what encode() was given",
    ],
    ["returns no list", { decode: () => ({}) }, "returned Object for a list"],
  ])("that %s is refused when it is loaded", (_what, change, words) => {
    expect(() => changed(change)).toThrow(words);
  });

  it("may encode into one buffer again and again, and may keep what it decodes there", () => {
    const buffer = new Uint8Array(1_000);
    const serializer = changed({
      encode: (value: unknown) => {
        const bytes = packed.encode(value) as Uint8Array;
        buffer.set(bytes);
        return buffer.subarray(0, bytes.length);
      },
    });
    const first = serializer.encodePayload([Uint8Array.of(1, 2)]);
    serializer.encodePayload(["another", "value"]);
    const { args } = serializer.decodePayload(first);
    expect(args).toEqual([Uint8Array.of(1, 2)]);
    (args[0] as Uint8Array).fill(9);
    expect(serializer.decodePayload(first).args).toEqual([Uint8Array.of(1, 2)]);
    expect((first.data as Uint8Array).buffer.byteLength).toBe(first.data.length);
  });

  it("that throws fails the value by name", () => {
    const [, serializer] = serializers;
    expect(() => serializer?.encodePayload([() => 0])).toThrow(
      new EncodeError("arguments", "a function is no data"),
    );
    const payload = { serializer: "packed", count: 1, data: Uint8Array.of(0xc1) } as const;
    expect(() => serializers[0]?.decodePayload(payload)).toThrow(DecodeError);
    expect(() => serializers[0]?.encode({ fields: [48, 1, {}, "com.f"], payload })).toThrow(EncodeError);
  });

  it("that cannot encode again what it has decoded fails these arguments, and not the message", () => {
    const serializer = changed({
      encode: (value: unknown) => {
        const [args] = (Array.isArray(value) ? value : []) as unknown[];
        if (Array.isArray(args) && args[0] === "once") throw new Error("not again");
        return packed.encode(value);
      },
    });
    const frame = packed.encode([36, 1, 2, {}, ["once"]]) as Uint8Array;
    const message = parseRouterMessage(serializer.decode(frame));
    if (message.type !== "EVENT") throw new Error("no EVENT");
    expect(() => serializer.decodePayload(message.payload)).toThrow("could not encode them again");
    const fine = serializer.encodePayload(["fine"]);
    const [failed, decoded] = serializer.decodeJoined(serializer.join([message.payload, fine]));
    expect([failed?.failure, decoded]).toEqual([expect.any(DecodeError), { args: ["fine"], kwargs: {} }]);
  });

  it("cannot decode: the error names it", () => {
    expect(() => serializers[0]?.decode(Uint8Array.of(0xc1))).toThrow(
      /the serializer "packed" cannot decode a message: /,
    );
    expect(() => serializers[0]?.decode(packed.encode([]) as Uint8Array)).toThrow(ProtocolError);
    expect(() => serializers[0]?.decode(packed.encode([36, 1, 2, {}, [], {}, 3]) as Uint8Array)).toThrow(
      "elements after kwargs",
    );
  });
});

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function fail(): never {
  throw new Error("there is no serializer");
}
