import { describe, expect, it } from "vitest";
import { MessageCode } from "./codes.js";
import { ProtocolError } from "./errors.js";
import { parseClientMessage } from "./parse-client-message.js";
import { parseRouterMessage } from "./parse-router-message.js";
import { payloadPosition } from "./payload-position.js";
import type { RawMessage } from "./raw-message.js";

const payload = { serializer: "json", count: 0, data: "" } as const;
const D = {};

/** One valid message of each type, as fields. */
const valid = {
  client: [
    [MessageCode.HELLO, "realm", D],
    [MessageCode.AUTHENTICATE, "signature", D],
    [MessageCode.ABORT, D, "reason"],
    [MessageCode.GOODBYE, D, "reason"],
    [MessageCode.ERROR, MessageCode.INVOCATION, 1, D, "error"],
    [MessageCode.PUBLISH, 1, D, "topic"],
    [MessageCode.SUBSCRIBE, 1, D, "topic"],
    [MessageCode.UNSUBSCRIBE, 1, 2],
    [MessageCode.CALL, 1, D, "procedure"],
    [MessageCode.CANCEL, 1, D],
    [MessageCode.REGISTER, 1, D, "procedure"],
    [MessageCode.UNREGISTER, 1, 2],
    [MessageCode.YIELD, 1, D],
  ],
  router: [
    [MessageCode.WELCOME, 1, D],
    [MessageCode.CHALLENGE, "method", D],
    [MessageCode.ABORT, D, "reason"],
    [MessageCode.GOODBYE, D, "reason"],
    [MessageCode.ERROR, MessageCode.CALL, 1, D, "error"],
    [MessageCode.PUBLISHED, 1, 2],
    [MessageCode.SUBSCRIBED, 1, 2],
    [MessageCode.UNSUBSCRIBED, 1],
    [MessageCode.EVENT, 1, 2, D],
    [MessageCode.RESULT, 1, D],
    [MessageCode.REGISTERED, 1, 2],
    [MessageCode.UNREGISTERED, 1],
    [MessageCode.INVOCATION, 1, 2, D],
    [MessageCode.INTERRUPT, 1, D],
  ],
} as const;

/** How many elements may follow that are not read: ABORT may have arguments, a revocation has details. */
const optional: Partial<Record<number, number>> = {
  [MessageCode.ABORT]: 2,
  [MessageCode.UNSUBSCRIBED]: 1,
  [MessageCode.UNREGISTERED]: 1,
};

function raw(fields: readonly unknown[]): RawMessage {
  return { fields, payload: payloadPosition(fields[0]) === undefined ? undefined : payload };
}

function wrongValues(value: unknown): unknown[] {
  const common = [null, undefined, true, [], [1], NaN, new Uint8Array(2), new Date(0)];
  if (typeof value === "number") return [...common, "1", {}, 0, -1, 1.5, 2 ** 53 + 2, Infinity, 1n];
  if (typeof value === "string") return [...common, 1, {}];
  return [...common, 1, "text"];
}

for (const [side, parse] of [
  ["client", parseClientMessage],
  ["router", parseRouterMessage],
] as const) {
  describe(`what a ${side} sends`, () => {
    for (const fields of valid[side]) {
      const { type } = parse(raw(fields));

      it(`${type} is read under its name`, () => {
        expect(MessageCode[type]).toBe(fields[0]);
      });

      it(`${type} with too few or too many fields is a protocol error`, () => {
        expect(() => parse(raw(fields.slice(0, -1)))).toThrow(ProtocolError);
        const extra: unknown[] = Array.from({ length: (optional[fields[0]] ?? 0) + 1 }, () => D);
        expect(() => parse(raw([...fields, ...extra]))).toThrow(`${type} must have`);
      });

      it(`${type} with a field of a wrong type or range is a protocol error that names it`, () => {
        for (const [index, value] of fields.entries()) {
          if (index === 0) continue;
          for (const wrong of wrongValues(value)) {
            const broken: unknown[] = [...fields];
            broken[index] = wrong;
            expect(() => parse(raw(broken))).toThrow(ProtocolError);
            expect(() => parse(raw(broken))).toThrow(`${type}: field ${index}`);
          }
        }
      });
    }

    it("with a code that is unknown, of the other side, or no number is a protocol error", () => {
      const own = valid[side].map(([code]) => code as number);
      const foreign = Object.values(MessageCode).filter((code) => !own.includes(code));
      for (const code of [...foreign, 0, 7, 255, 1000, -1, 36.5, "36", null, undefined, {}]) {
        expect(() => parse(raw([code, 1, 2, D]))).toThrow(ProtocolError);
      }
    });
  });
}

it("an ERROR can only answer what its sender was asked", () => {
  const error = (code: number) => raw([MessageCode.ERROR, code, 1, D, "error"]);
  expect(() => parseRouterMessage(error(MessageCode.INVOCATION))).toThrow(ProtocolError);
  expect(() => parseRouterMessage(error(MessageCode.CANCEL))).toThrow(ProtocolError);
  expect(() => parseClientMessage(error(MessageCode.CALL))).toThrow(ProtocolError);
});

it("request 0 is a revocation and needs details", () => {
  for (const type of ["UNSUBSCRIBED", "UNREGISTERED"] as const) {
    const code = MessageCode[type];
    expect(parseRouterMessage(raw([code, 0, { reason: "x" }]))).toEqual({
      type,
      request: 0,
      details: { reason: "x" },
    });
    expect(() => parseRouterMessage(raw([code, 0]))).toThrow(ProtocolError);
  }
});

it("a router's URIs need only be strings", () => {
  expect(parseRouterMessage(raw([MessageCode.ABORT, D, "not a URI #"]))).toMatchObject({
    reason: "not a URI #",
  });
});

it("a long value is not repeated in the error", () => {
  const fields = [MessageCode.RESULT, "x".repeat(10_000), D];
  expect(() => parseRouterMessage(raw(fields))).toThrow("got a string of 10000 characters");
});
