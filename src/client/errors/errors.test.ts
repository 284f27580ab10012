import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import { errorFromRecord } from "./error-codec.js";
import * as guards from "./guards.js";
import { TimeoutError } from "./outcome-errors.js";
import { WampError } from "./wamp-error.js";
import { isWampMuxError } from "./wamp-mux-error.js";
import { encoded } from "../testing/fake-hub.js";
import { FakePage } from "../testing/fake-page.js";

const wampError: ErrorRecord = {
  name: "WampError",
  message: "com.example.error.stock",
  fields: { uri: "com.example.error.stock", details: { callee: 9 } },
  payload: encoded(["sold out", 3], { sku: "x" }),
};

const records: [ErrorRecord, object][] = [
  [
    wampError,
    { uri: "com.example.error.stock", args: ["sold out", 3], kwargs: { sku: "x" }, details: { callee: 9 } },
  ],
  [{ name: "ConnectionLostError", message: "m", fields: { sent: true } }, { sent: true }],
  [
    { name: "TimeoutError", message: "m", fields: { timeout: 5, sent: false } },
    { timeout: 5, sent: false },
  ],
  [{ name: "CanceledError", message: "m", fields: { sent: true } }, {}],
  [{ name: "OfflineError", message: "m" }, {}],
  [{ name: "SessionClosedError", message: "m" }, {}],
  [
    { name: "JoinError", message: "m", fields: { uri: "u", details: { a: 1 } } },
    { uri: "u", details: { a: 1 } },
  ],
  [
    { name: "InvalidArgumentError", message: "m", fields: { value: "v", expected: "e" } },
    { value: "v", expected: "e" },
  ],
  [{ name: "FeatureNotSupportedError", message: "m", fields: { feature: "f" } }, { feature: "f" }],
  [{ name: "OptionConflictError", message: "m" }, {}],
  [
    { name: "OverflowError", message: "m", fields: { limit: "maxRequests", value: 2, maximum: 1 } },
    { limit: "maxRequests", value: 2, maximum: 1 },
  ],
  [{ name: "ProtocolError", message: "m" }, {}],
  [
    { name: "ContractMismatchError", message: "m", fields: { tab: 1, worker: 2 } },
    { tab: 1, worker: 2 },
  ],
];

describe("an error of the worker", () => {
  it.each(records)("@G8 becomes an instance of its class with its fields: %j", (record, fields) => {
    const error = errorFromRecord(record);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: record.name, ...fields });
    expect(error.constructor.name).toBe(record.name);
    expect(isWampMuxError(error)).toBe(true);
  });

  it("@G8 keeps its cause", () => {
    const error = errorFromRecord({ name: "SessionClosedError", message: "over", cause: wampError });
    expect(error.cause).toMatchObject({ name: "WampError", uri: "com.example.error.stock" });
  });

  it("@G8 points to where the application called", async () => {
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

  it("@G8 points there also when it is the result that cannot be decoded", async () => {
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

  it("tells when the arguments of an error cannot be decoded", () => {
    const payload = { serializer: "json", count: 1, data: "[oops" } as const;
    expect(errorFromRecord({ ...wampError, payload })).toMatchObject({ name: "PayloadDecodeError" });
  });
});

describe("a WampError", () => {
  it.each<[unknown[], string]>([
    [[42], "WampError(): uri is 42, expected a string"],
    [["com.example.x", "text"], 'WampError(): args is "text", expected an array'],
    [["com.example.x", [], [1]], "WampError(): kwargs is an array of 1, expected a plain object"],
    [["com.example.x", [], {}, { details: 1 }], "WampError(): options.details is 1, expected a plain object"],
  ])("cannot be made of %j", (parts, message) => {
    const make = () => Reflect.construct(WampError, parts) as unknown;
    expect(make).toThrow(expect.objectContaining({ name: "InvalidArgumentError", message }));
  });
});

describe("a guard", () => {
  it("tells the errors apart by name", () => {
    expect(guards.isWampError(errorFromRecord(wampError))).toBe(true);
    expect(guards.isTimeoutError(errorFromRecord(wampError))).toBe(false);
    expect(guards.isTimeoutError(new TimeoutError("m", { timeout: 1, sent: true }))).toBe(true);
  });

  it("does not take a foreign error of the same name for ours", () => {
    expect(guards.isTimeoutError(new DOMException("late", "TimeoutError"))).toBe(false);
    expect(guards.isWampError(undefined)).toBe(false);
    expect(guards.isWampError({ name: "WampError" })).toBe(false);
  });
});
