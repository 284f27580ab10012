import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorRecord, ErrorRecordOf, HubErrorName, HubErrors } from "../../contract/errors.js";
import { WampError } from "../errors/wamp-error.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import { encoded } from "../testing/fake-hub.js";
import { FakePage } from "../testing/fake-page.js";
import { errorFromRecord } from "./error-codec.js";
import { createPayloadCoder } from "./payload-coder.js";

const coder = createPayloadCoder(() => "json");

const wampError: ErrorRecordOf<"WampError"> = {
  name: "WampError",
  message: "com.example.error.stock",
  fields: { uri: "com.example.error.stock", details: { callee: 9 } },
  payload: encoded(["sold out", 3], { sku: "x" }),
};

/** A record of each error of the contract, and the fields that its class must have. */
const records: { readonly [Name in HubErrorName]: readonly [ErrorRecordOf<Name>, object] } = {
  WampError: [
    wampError,
    { uri: "com.example.error.stock", args: ["sold out", 3], kwargs: { sku: "x" }, details: { callee: 9 } },
  ],
  ConnectionLostError: [
    {
      name: "ConnectionLostError",
      message: "m",
      fields: { sent: true, code: 1009, reason: "too big", uri: "wamp.close.normal", details: { a: 1 } },
    },
    { sent: true, code: 1009, reason: "too big", uri: "wamp.close.normal", details: { a: 1 } },
  ],
  TimeoutError: [
    { name: "TimeoutError", message: "m", fields: { timeout: 5, sent: false } },
    { timeout: 5, sent: false },
  ],
  CanceledError: [{ name: "CanceledError", message: "m", fields: { sent: true } }, { sent: true }],
  OfflineError: [{ name: "OfflineError", message: "m" }, {}],
  SessionClosedError: [{ name: "SessionClosedError", message: "m" }, {}],
  JoinError: [
    { name: "JoinError", message: "m", fields: { uri: "u", details: { a: 1 } } },
    { uri: "u", details: { a: 1 } },
  ],
  KeyError: [{ name: "KeyError", message: "m", fields: { reason: "format" } }, { reason: "format" }],
  UnsupportedError: [
    { name: "UnsupportedError", message: "m", fields: { missing: ["Ed25519"] } },
    { missing: ["Ed25519"] },
  ],
  InvalidArgumentError: [
    { name: "InvalidArgumentError", message: "m", fields: { value: "v", expected: "e" } },
    { value: "v", expected: "e" },
  ],
  FeatureNotSupportedError: [
    { name: "FeatureNotSupportedError", message: "m", fields: { feature: "f" } },
    { feature: "f" },
  ],
  OptionConflictError: [{ name: "OptionConflictError", message: "m" }, {}],
  OverflowError: [
    { name: "OverflowError", message: "m", fields: { limit: "maxRequests", value: 2, maximum: 1 } },
    { limit: "maxRequests", value: 2, maximum: 1 },
  ],
  SetAsideError: [
    { name: "SetAsideError", message: "m", fields: { uri: "com.x", retryAfter: 60_000 } },
    { uri: "com.x", retryAfter: 60_000 },
  ],
  StorageError: [{ name: "StorageError", message: "m", fields: { reason: "full" } }, { reason: "full" }],
  ProtocolError: [{ name: "ProtocolError", message: "m" }, {}],
  WorkerStartError: [
    { name: "WorkerStartError", message: "m", fields: { reason: "elsewhere", url: "w" } },
    { reason: "elsewhere", url: "w" },
  ],
  ContractMismatchError: [
    { name: "ContractMismatchError", message: "m", fields: { tab: 1, worker: 2 } },
    { tab: 1, worker: 2 },
  ],
};

const details = fc.dictionary(fc.string(), fc.jsonValue());
const count = fc.nat();

/** Any fields of each error of the contract. */
const fields: { readonly [Name in HubErrorName]: fc.Arbitrary<HubErrors[Name]> } = {
  WampError: fc.record({ uri: fc.string(), details }),
  ConnectionLostError: fc.record(
    { sent: fc.boolean(), code: count, reason: fc.string(), uri: fc.string(), details },
    { requiredKeys: [] },
  ),
  TimeoutError: fc.record({ timeout: count, sent: fc.boolean() }),
  CanceledError: fc.record({ sent: fc.boolean() }),
  OfflineError: fc.constant({}),
  SessionClosedError: fc.constant({}),
  JoinError: fc.record({ uri: fc.string(), details }),
  KeyError: fc.record({ reason: fc.constant("format") }),
  UnsupportedError: fc.record({ missing: fc.array(fc.string()) }),
  InvalidArgumentError: fc.record({ value: fc.string(), expected: fc.string() }),
  FeatureNotSupportedError: fc.record({ feature: fc.string() }),
  OptionConflictError: fc.constant({}),
  OverflowError: fc.record({ limit: fc.string(), value: count, maximum: count }),
  SetAsideError: fc.record({ uri: fc.string(), retryAfter: fc.nat() }),
  StorageError: fc.record({ reason: fc.string() }),
  ProtocolError: fc.constant({}),
  WorkerStartError: fc.record({ reason: fc.constant("elsewhere"), url: fc.string() }),
  ContractMismatchError: fc.record({ tab: count, worker: count }),
};

const { record: anyRecord } = fc.letrec<{ record: ErrorRecord; cause: ErrorRecord | undefined }>((tie) => ({
  record: fc
    .constantFrom(...(Object.keys(fields) as HubErrorName[]))
    .chain((name) =>
      fc
        .record({ message: fc.string(), fields: fields[name] as fc.Arbitrary<object>, cause: tie("cause") })
        .map(
          ({ cause, ...rest }) =>
            ({ name, ...rest, ...(cause !== undefined && { cause }) }) as unknown as ErrorRecord,
        ),
    ),
  cause: fc.option(tie("record"), { nil: undefined, depthSize: "small" }),
}));

/** Checks that an error and its causes have all that their records have. */
function expectAllOf(record: ErrorRecord, error: unknown): void {
  expect(error).toMatchObject({ name: record.name, message: record.message, ...record.fields });
  if (record.cause === undefined) expect((error as Error).cause).toBe(undefined);
  else expectAllOf(record.cause, (error as Error).cause);
}

describe("an error of the hub", () => {
  it("@G8 loses nothing that its record had", () => {
    fc.assert(fc.property(anyRecord, (record) => expectAllOf(record, errorFromRecord(record, coder))));
  });

  it.each(Object.values(records))(
    "@G8 becomes an instance of its class with its fields: %j",
    (record, fields) => {
      const error = errorFromRecord(record, coder);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: record.name, ...fields });
      expect(error.constructor.name).toBe(record.name);
      expect(isWampMuxError(error)).toBe(true);
    },
  );

  it("@G8 keeps its cause", () => {
    const record = { name: "SessionClosedError", message: "over", cause: wampError } as const;
    const error = errorFromRecord(record, coder);
    expect(error.cause).toMatchObject({ name: "WampError", uri: "com.example.error.stock" });
  });

  it("@G8 has a stack that leads to the application's call", async () => {
    const page = new FakePage();
    const session = await page.connect();
    async function placeInTheApplication(): Promise<unknown> {
      return await session.call("com.example.buy");
    }
    const caught = placeInTheApplication().catch((error: unknown) => error);
    const { request } = await page.hub.next("call");
    void page.hub.deliver({ kind: "rejected", request, error: wampError });
    const error = await caught;
    expect(error).toBeInstanceOf(WampError);
    expect(error).toMatchObject({ message: "com.example.error.stock: sold out" });
    const { stack = "" } = error as Error;
    expect(stack.startsWith("WampError: com.example.error.stock: sold out\n")).toBe(true);
    expect(stack).toContain("placeInTheApplication");
  });

  it("@G8 has a stack that leads there also if the result cannot be decoded", async () => {
    const page = new FakePage();
    const session = await page.connect();
    async function placeInTheApplication(): Promise<unknown> {
      return await session.call("com.example.buy");
    }
    const caught = placeInTheApplication().catch((error: unknown) => error);
    const { request } = await page.hub.next("call");
    const payload = { serializer: "json", count: 1, data: "[oops" } as const;
    void page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload });
    const error = await caught;
    expect(error).toMatchObject({ name: "PayloadDecodeError" });
    expect((error as Error).stack).toContain("placeInTheApplication");
  });

  it("is a PayloadDecodeError that names it if its arguments cannot be decoded", () => {
    const payload = { serializer: "json", count: 1, data: "[oops" } as const;
    expect(errorFromRecord({ ...wampError, payload }, coder)).toMatchObject({
      name: "PayloadDecodeError",
      message: expect.stringContaining("the error com.example.error.stock cannot be decoded") as unknown,
      cause: { name: "WampError", uri: "com.example.error.stock", details: { callee: 9 } },
    });
  });
});

describe("@G23 an ERROR with anything that a third party wrote", () => {
  it("becomes an error that the application can read", () => {
    const details = fc.dictionary(fc.string(), fc.anything(), { noNullPrototype: true });
    const uri = fc.string({ unit: "binary" });
    const data = fc.oneof(
      fc.json().map((text) => `[${text}]`),
      fc.constantFrom("null", "5", '{"a":1}', "[NaN]", "null,null"),
    );
    fc.assert(
      fc.property(uri, details, data, (uri, details, data) => {
        const payload = { serializer: "json", count: 1, data } as const;
        const error = errorFromRecord(
          { ...wampError, message: uri, fields: { uri, details }, payload },
          coder,
        );
        expect(isWampMuxError(error)).toBe(true);
        if (error instanceof WampError) expect([error.uri, error.details]).toEqual([uri, details]);
      }),
    );
  });

  it("shows a URI with control characters in its message, and keeps it in the field", () => {
    const uri = "\0bad\u009f\n";
    const record = { ...wampError, fields: { uri, details: {} } };
    const error = errorFromRecord(record, coder);
    expect(error).toMatchObject({ uri, message: "\\u0000bad\\u009f\\u000a: sold out" });
    const malformed = { ...record, payload: { serializer: "json", count: 1, data: "[" } } as const;
    expect(errorFromRecord(malformed, coder).message).toContain("\\u0000bad\\u009f\\u000a");
  });
});
