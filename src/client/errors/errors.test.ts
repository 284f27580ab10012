import { describe, expect, it } from "vitest";
import * as errors from "./index.js";

describe("a WampError", () => {
  it.each<[unknown[], string]>([
    [[42], "WampError(): uri is a number, expected a string"],
    [["com.example.x", "text"], "WampError(): args is a string, expected an array"],
    [["com.example.x", [], [1]], "WampError(): kwargs is an array of 1, expected a plain object"],
    [["com.example.x", [], {}, null], "WampError(): options is null, expected a plain object"],
    [
      ["com.example.x", [], {}, { details: 1 }],
      "WampError(): options.details is a number, expected a plain object",
    ],
  ])("cannot be made of %j", (parts, message) => {
    const make = () => Reflect.construct(errors.WampError, parts) as unknown;
    expect(make).toThrow(expect.objectContaining({ name: "InvalidArgumentError", message }));
  });
});

describe("an error", () => {
  it.each<[errors.WampMuxError, object]>([
    [new errors.WorkerStartError("m", { reason: "csp", url: "u" }), { reason: "csp", url: "u" }],
    [new errors.UnsupportedError("m", { missing: ["SharedWorker"] }), { missing: ["SharedWorker"] }],
    [new errors.SerializationError("m", { path: "args[0]" }), { path: "args[0]" }],
    [new errors.OverflowError("m", { limit: "maxRequests" }), { limit: "maxRequests" }],
  ])("has the fields that it is made with: %s", (error, fields) => {
    expect({ ...error }).toEqual({ name: error.constructor.name, ...fields });
  });

  it("has a cause if it is given one", () => {
    const cause = new Error("404");
    expect(new errors.WorkerStartError("m", { reason: "network", url: "u", cause }).cause).toBe(cause);
    expect(new errors.WorkerLostError("m", { cause }).cause).toBe(cause);
  });
});

describe("a guard", () => {
  const wampError = new errors.WampError("com.example.error.stock");

  it("recognizes its error by name", () => {
    expect(errors.isWampError(wampError)).toBe(true);
    expect(errors.isTimeoutError(wampError)).toBe(false);
    expect(errors.isTimeoutError(new errors.TimeoutError("m", { timeout: 1, sent: true }))).toBe(true);
  });

  it("does not accept a foreign error of the same name", () => {
    expect(errors.isTimeoutError(new DOMException("late", "TimeoutError"))).toBe(false);
    expect(errors.isWampError(undefined)).toBe(false);
    expect(errors.isWampError({ name: "WampError" })).toBe(false);
  });

  it("exists for every error class, and for nothing else", () => {
    const classes = Object.keys(errors).filter((name) => /^[A-Z]/.test(name));
    const guards = Object.fromEntries(
      Object.entries<unknown>(errors)
        .filter(([name]) => name.startsWith("is"))
        .map(([name, accepts]) => [name, accepts as (error: unknown) => boolean]),
    );
    expect(Object.keys(guards).sort()).toEqual(classes.map((name) => `is${name}`).sort());
    for (const name of classes.filter((each) => each !== "WampMuxError")) {
      const error = { [Symbol.for("wamp-mux.error")]: true, name };
      const accepting = Object.entries(guards).filter(([, accepts]) => accepts(error));
      expect(accepting.map(([guard]) => guard).sort()).toEqual([`is${name}`, "isWampMuxError"].sort());
    }
  });
});
