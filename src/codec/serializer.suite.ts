import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol/errors.js";
import type { RawMessage } from "../protocol/raw-message.js";
import { DecodeError, EncodeError } from "./errors.js";
import type { Serializer } from "./serializer.js";

const ARGS = [
  0,
  -1,
  1.5,
  2 ** 53,
  "",
  "text €",
  true,
  null,
  [],
  {},
  [[1], { deep: [null] }],
  Uint8Array.of(0, 255),
];
const KWARGS = { a: 1, "key with space": [2], bytes: Uint8Array.of(1, 2, 3) };

/**
 * The contract of {@link Serializer}: runs on each serializer.
 * @param isOurs false for a serializer of the application, which has a policy of its own for values
 */
export function serializerSuite(serializer: Serializer, isOurs = true): void {
  const event = (args?: readonly unknown[], kwargs?: Record<string, unknown>): RawMessage => ({
    fields: [36, 1, 2, { topic: "com.example.tick" }],
    payload: args === undefined ? EMPTY : serializer.encodePayload(args, kwargs),
  });
  const EMPTY = serializer.encodePayload([]);
  const foreign = {
    serializer: serializer.name === "json" ? "msgpack" : "json",
    count: 1,
    data: "",
  } as const;

  describe(`serializer ${serializer.name}`, () => {
    it("decodes arguments to the original ones", () => {
      const payload = serializer.encodePayload(ARGS, KWARGS);
      expect(payload).toMatchObject({ serializer: serializer.name, count: 2 });
      expect(serializer.decodePayload(payload)).toEqual({ args: ARGS, kwargs: KWARGS });
    });

    it("leaves out empty kwargs, and empty args with them", () => {
      expect([EMPTY.count, EMPTY.data.length]).toEqual([0, 0]);
      expect(serializer.encodePayload([], {}).count).toBe(0);
      expect(serializer.encodePayload([1], {}).count).toBe(1);
      expect(serializer.encodePayload([], { a: 1 }).count).toBe(2);
      expect(serializer.decodePayload(EMPTY)).toEqual({ args: [], kwargs: {} });
    });

    it.runIf(isOurs)("names the path of a value that cannot be encoded", () => {
      const encode = (args: readonly unknown[], kwargs?: Record<string, unknown>) => () =>
        serializer.encodePayload(args, kwargs);
      expect(encode([1, { when: [() => 0] }])).toThrow(
        new EncodeError("args[1].when[0]", "a function has no encoding"),
      );
      expect(encode([], { map: new Map() })).toThrow(new EncodeError("kwargs.map", "Map has no encoding"));
    });

    it.runIf(isOurs).each(["\ud800", "\0A"])(
      "judges what it has written, not what it has read: a getter that returns %j later",
      (later) => {
        const given = { reads: 0 };
        const changing = Object.defineProperty({}, "text", {
          enumerable: true,
          get: () => (given.reads++ === 0 ? "text" : later),
        });
        const encode = (): unknown => serializer.decodePayload(serializer.encodePayload([changing])).args[0];
        // Only JSON has another meaning for U+0000.
        if (serializer.binary && later === "\0A") expect(encode()).toEqual({ text: later });
        else expect(encode).toThrow(EncodeError);
      },
    );

    it("reads the envelope of a message that it wrote, and leaves the payload encoded", () => {
      for (const message of [event(), event(ARGS), event([], KWARGS)]) {
        const encoded = serializer.encode(message);
        expect(typeof encoded === "string").toBe(!serializer.binary);
        const { fields, payload } = serializer.decode(encoded);
        expect(fields).toEqual(message.fields);
        expect(payload).toEqual(message.payload);
      }
    });

    it("carries no payload in a message whose type has none", () => {
      const message: RawMessage = { fields: [33, 1, 2], payload: undefined };
      expect(serializer.decode(serializer.encode(message))).toEqual(message);
    });

    it("joins payloads into one piece, which can be decoded at once", () => {
      const payloads = [
        serializer.encodePayload([1]),
        EMPTY,
        serializer.encodePayload([2], { a: 3 }),
        serializer.encodePayload([Uint8Array.of(4)]),
      ];
      const joined = serializer.join(payloads);
      expect([joined.serializer, joined.ends.length]).toEqual([serializer.name, payloads.length]);
      expect(serializer.decodeJoined(joined)).toEqual(
        payloads.map((payload) => serializer.decodePayload(payload)),
      );
      expect(serializer.decodeJoined(serializer.join([]))).toEqual([]);
    });

    it("refuses the payloads of other serializers", () => {
      expect(() => serializer.decode(serializer.binary ? "[33,1,2]" : Uint8Array.of(0x93, 33, 1, 2))).toThrow(
        ProtocolError,
      );
      expect(() => serializer.encode({ fields: [36, 1, 2, {}], payload: foreign })).toThrow(EncodeError);
      const wrong = { ...foreign, data: serializer.binary ? "[1]" : Uint8Array.of(0x91, 1) };
      expect(() => serializer.decodePayload(wrong)).toThrow(DecodeError);
    });

    it("treats a truncated message as a protocol error", () => {
      const encoded = serializer.encode(event(ARGS, KWARGS));
      for (let end = 0; end < encoded.length; end += 1) {
        expect(() => serializer.decode(encoded.slice(0, end))).toThrow(ProtocolError);
      }
    });
  });
}
