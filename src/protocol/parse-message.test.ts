import { describe, expect, it } from "vitest";
import { MessageCode } from "./message-table.js";
import { ProtocolError } from "./errors.js";
import { parseClientMessage } from "./parse-client-message.js";
import { parseRouterMessage } from "./parse-router-message.js";
import { payloadPosition } from "./payload-position.js";
import type { RawMessage } from "./raw-message.js";
import { toRaw } from "./write-message.js";

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

const CARRYING: readonly number[] = [
  MessageCode.ERROR,
  MessageCode.PUBLISH,
  MessageCode.EVENT,
  MessageCode.CALL,
  MessageCode.RESULT,
  MessageCode.INVOCATION,
  MessageCode.YIELD,
];

/** Numbers of elements that may follow and are not read: ABORT may have arguments, a revocation has details. */
const optional: Partial<Record<number, number>> = {
  [MessageCode.ABORT]: 2,
  [MessageCode.UNSUBSCRIBED]: 1,
  [MessageCode.UNREGISTERED]: 1,
};

/** Names of the fields after the code in error messages, separated by commas. */
const fieldNames: Partial<Record<string, string>> = {
  HELLO: "realm,details",
  WELCOME: "session,details",
  ABORT: "details,reason",
  CHALLENGE: "method,extra",
  AUTHENTICATE: "signature,extra",
  GOODBYE: "details,reason",
  ERROR: "request type,request,details,error",
  PUBLISH: "request,options,topic",
  PUBLISHED: "request,publication",
  SUBSCRIBE: "request,options,topic",
  SUBSCRIBED: "request,subscription",
  UNSUBSCRIBE: "request,subscription",
  UNSUBSCRIBED: "request",
  EVENT: "subscription,publication,details",
  CALL: "request,options,procedure",
  CANCEL: "request,options",
  RESULT: "request,details",
  REGISTER: "request,options,procedure",
  REGISTERED: "request,registration",
  UNREGISTER: "request,registration",
  UNREGISTERED: "request",
  INVOCATION: "request,registration,details",
  INTERRUPT: "request,options",
  YIELD: "request,options",
};

/** The names of the fields that a third party writes, in messages from a router. */
const foreignFields: Partial<Record<string, string>> = {
  WELCOME: "details",
  CHALLENGE: "extra",
  ABORT: "details,reason",
  GOODBYE: "details,reason",
  ERROR: "details,error",
  EVENT: "details",
  RESULT: "details",
  INVOCATION: "details",
  INTERRUPT: "options",
};

function raw(fields: readonly unknown[]): RawMessage {
  return { fields, payload: payloadPosition(fields[0]) === undefined ? undefined : payload };
}

/** Looks a name up in the table and not by the parser: a parser that throws must fail its tests, not the loading of this file. */
function nameOf(code: number): string {
  const [name = ""] = Object.entries(MessageCode).find(([, own]) => own === code) ?? [];
  return name;
}

function isForeign(side: "client" | "router", type: string, field: string): boolean {
  return side === "router" && foreignFields[type]?.split(",").includes(field) === true;
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
  describe(`a message from a ${side}`, () => {
    for (const fields of valid[side]) {
      const type = nameOf(fields[0]);

      it(`${type} is parsed by its name`, () => {
        expect(parse(raw(fields)).type).toBe(type);
      });

      it(`${type} ${CARRYING.includes(fields[0]) ? "has its payload after these fields" : "has no payload"}`, () => {
        expect(payloadPosition(fields[0])).toBe(CARRYING.includes(fields[0]) ? fields.length : undefined);
      });

      it(`${type} is written exactly as it was parsed`, () => {
        expect(toRaw(parse(raw(fields)))).toEqual(raw(fields));
      });

      it(`${type} with too few or too many fields is a protocol error`, () => {
        const { length } = fields;
        const most = length + (optional[fields[0]] ?? 0);
        const expected = most === length ? `${length}` : `${length} to ${most}`;
        const wrongNumber = (found: number) => {
          const broken: unknown[] = [...fields, D, D, D].slice(0, found);
          expect(() => parse(raw(broken))).toThrow(ProtocolError);
          expect(() => parse(raw(broken))).toThrow(`${type} must have ${expected} fields, got ${found}`);
        };
        wrongNumber(length - 1);
        wrongNumber(most + 1);
      });

      it(`${type} with a field of a wrong type or range is a protocol error that names it`, () => {
        const names = fieldNames[type]?.split(",") ?? [];
        for (const [index, value] of fields.entries()) {
          if (index === 0) continue;
          const name = String(names[index - 1]);
          if (isForeign(side, type, name)) continue;
          for (const wrong of wrongValues(value)) {
            // Null stands for an empty dictionary, for a router.
            if (wrong === null && value === D && side === "client") continue;
            const broken: unknown[] = [...fields];
            broken[index] = wrong;
            expect(() => parse(raw(broken))).toThrow(ProtocolError);
            expect(() => parse(raw(broken))).toThrow(`${type}: field ${index} (${name}) must be`);
          }
        }
      });
    }

    if (side === "router") {
      it("@G23 is read whatever a third party has written into it", () => {
        for (const fields of valid.router) {
          const type = nameOf(fields[0]);
          for (const [index, name] of (fieldNames[type] ?? "").split(",").entries()) {
            if (!isForeign(side, type, name)) continue;
            const value: unknown = fields[index + 1];
            for (const wrong of wrongValues(value)) {
              const broken: unknown[] = [...fields];
              broken[index + 1] = wrong;
              expect(parse(raw(broken))).toMatchObject({
                type,
                [name]: value === D ? D : (expect.any(String) as string),
              });
            }
          }
        }
      });
    }

    it("with an unknown code, a code of the other side or a code that is not a number is a protocol error", () => {
      const own = valid[side].map(([code]) => code as number);
      const foreign = Object.values(MessageCode).filter((code) => !own.includes(code));
      for (const code of [...foreign, 0, 7, 255, 1000, -1, 36.5, "36", null, undefined, {}]) {
        expect(() => parse(raw([code, 1, 2, D]))).toThrow(ProtocolError);
      }
    });
  });
}

it("an ERROR can only answer a request that its sender can have received", () => {
  const error = (code: number) => raw([MessageCode.ERROR, code, 1, D, "error"]);
  expect(() => parseRouterMessage(error(MessageCode.INVOCATION))).toThrow(ProtocolError);
  expect(() => parseRouterMessage(error(MessageCode.CANCEL))).toThrow(ProtocolError);
  expect(() => parseClientMessage(error(MessageCode.CALL))).toThrow(ProtocolError);
  for (const requestType of [
    "CALL",
    "PUBLISH",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "REGISTER",
    "UNREGISTER",
  ] as const) {
    expect(parseRouterMessage(error(MessageCode[requestType]))).toMatchObject({ requestType });
  }
  expect(parseClientMessage(error(MessageCode.INVOCATION))).toMatchObject({ requestType: "INVOCATION" });
});

it("request 0 means a revocation, which needs details", () => {
  for (const type of ["UNSUBSCRIBED", "UNREGISTERED"] as const) {
    const code = MessageCode[type];
    const fields = [code, 0, { reason: "x" }];
    const message = parseRouterMessage(raw(fields));
    expect(message).toEqual({ type, request: 0, details: { reason: "x" } });
    expect(toRaw(message)).toEqual(raw(fields));
    expect(() => parseRouterMessage(raw([code, 0]))).toThrow(ProtocolError);
  }
});

it("an answer with details is not a revocation unless its request is 0", () => {
  const fields = [MessageCode.UNSUBSCRIBED, 5, { reason: "x" }];
  expect(parseRouterMessage(raw(fields))).toMatchObject({ request: 5, details: { reason: "x" } });
});

it("an id may be as large as 2^53", () => {
  expect(parseRouterMessage(raw([MessageCode.RESULT, 2 ** 53, D]))).toMatchObject({ request: 2 ** 53 });
});

it("the URIs of a router need only be strings", () => {
  expect(parseRouterMessage(raw([MessageCode.ABORT, D, "not a URI #"]))).toMatchObject({
    reason: "not a URI #",
  });
});

it.each([
  ["1", 'got "1"'],
  ["x".repeat(60), `got "${"x".repeat(60)}"`],
  ["x".repeat(61), "got a string of 61 characters"],
  ["x".repeat(10_000), "got a string of 10000 characters"],
  [1.5, "got 1.5"],
  [1n, "got 1"],
  [true, "got true"],
  [undefined, "got something unreadable"],
  [Uint8Array.of(1), "got binary data of 1 bytes"],
  [null, "got null"],
  [[1, 2], "got a list"],
  [{ a: 1 }, "got an object"],
])(
  "an error shows the value received instead of an id, or its length if it is long (case %#)",
  (value, told) => {
    const message = `RESULT: field 1 (request) must be an integer from 1 to 2^53, ${told}`;
    expect(() => parseRouterMessage(raw([MessageCode.RESULT, value, D]))).toThrow(new ProtocolError(message));
  },
);

it("an error names the expected value", () => {
  const cases = [
    [[MessageCode.WELCOME, "1", D], 'WELCOME: field 1 (session) must be an integer from 1 to 2^53, got "1"'],
    [[MessageCode.CHALLENGE, 1, D], "CHALLENGE: field 1 (method) must be a string, got 1"],
    [
      [MessageCode.ERROR, MessageCode.CANCEL, 1, D, "error"],
      "ERROR: field 1 (request type) must be the code of CALL, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, REGISTER, UNREGISTER, got 49",
    ],
    [
      [MessageCode.UNSUBSCRIBED, -1, D],
      "UNSUBSCRIBED: field 1 (request) must be an integer from 1 to 2^53, got -1",
    ],
    [[MessageCode.UNREGISTERED, 0, 1], "UNREGISTERED: field 2 (details) must be a dictionary, got 1"],
    [[7, 1, D], "unknown message code 7"],
    [[MessageCode.CALL, 1, D, "procedure"], "a router does not send CALL"],
  ] as const;
  for (const [fields, message] of cases) {
    expect(() => parseRouterMessage(raw(fields))).toThrow(new ProtocolError(message));
  }
});

it("a router's message and an unknown message from a client are refused in the same words", () => {
  for (const [fields, message] of [
    [[7, 1, D], "unknown message code 7"],
    [[MessageCode.EVENT, 1, 2, D], "a client does not send EVENT"],
  ] as const) {
    expect(() => parseClientMessage(raw(fields))).toThrow(new ProtocolError(message));
  }
});

it.each([
  ["\0bad", "\0bad"],
  ["", ""],
  [null, "null"],
  [7, "7"],
  [2n ** 60n, String(2n ** 60n)],
  [["a"], "a list"],
  [Uint8Array.of(98, 97, 100), "binary data of 3 bytes"],
  [undefined, "something unreadable"],
])("@G23 an ERROR is read whatever its URI is (case %#)", (uri, shown) => {
  const error = raw([MessageCode.ERROR, MessageCode.CALL, 1, null, uri]);
  expect(parseRouterMessage(error)).toMatchObject({ request: 1, details: {}, error: shown });
});

it("a revocation that its reason makes unreadable has no details", () => {
  const message = parseRouterMessage(raw([MessageCode.UNSUBSCRIBED, 0, undefined]));
  expect(message).toEqual({ type: "UNSUBSCRIBED", request: 0, details: undefined });
});

it("null stands for an empty dictionary in a message from a client", () => {
  const message = parseClientMessage(raw([MessageCode.YIELD, 1, null]));
  expect(message).toMatchObject({ type: "YIELD", options: {} });
});

it("a message type with arguments must come with a payload, even an empty one", () => {
  const fields = [MessageCode.RESULT, 1, D];
  expect(() => parseRouterMessage({ fields, payload: undefined })).toThrow("RESULT came without its payload");
});
