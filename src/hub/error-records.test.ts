import { describe, expect, it } from "vitest";
import { featureNotSupported, invalidArgument, overflow } from "../connection/error-records.js";
import {
  canceled,
  connectionLost,
  contractMismatch,
  hubFault,
  offline,
  optionConflict,
  otherCredentials,
  revoked,
  sessionClosed,
  timedOut,
  wampErrorFromHub,
  wampErrorOf,
} from "./error-records.js";

const cause = { name: "ConnectionLostError", message: "The connection went away" } as const;

describe("the text of an error", () => {
  it("@G8 from the router or a callee is their message", () => {
    const payload = { serializer: "json", count: 1, data: "[1]" } as const;
    expect(wampErrorOf({ error: "com.example.error", details: { a: 1 }, payload })).toEqual({
      name: "WampError",
      message: "com.example.error",
      fields: { uri: "com.example.error", details: { a: 1 } },
      payload,
    });
  });

  it("from the hub on behalf of the router is also its argument", () => {
    expect(wampErrorFromHub("wamp.error.unavailable", 'no "handler" is free')).toEqual({
      name: "WampError",
      message: 'wamp.error.unavailable: no "handler" is free',
      fields: { uri: "wamp.error.unavailable", details: {} },
      payload: { serializer: "json", count: 1, data: '["no \\"handler\\" is free"]' },
    });
  });

  it("@G7 says whether the request was sent", () => {
    expect(connectionLost(true, cause)).toEqual({
      name: "ConnectionLostError",
      message: "The connection was lost after the request was sent: its outcome is unknown",
      fields: { sent: true },
      cause,
    });
    expect(connectionLost(false, cause)).toEqual({
      name: "ConnectionLostError",
      message: "The connection was lost before the request was sent",
      fields: { sent: false },
      cause,
    });
    expect(timedOut(100, true)).toEqual({
      name: "TimeoutError",
      message: "No answer arrived within 100 ms",
      fields: { timeout: 100, sent: true },
    });
    expect(timedOut(100, false)).toEqual({
      name: "TimeoutError",
      message: "The request could not be sent within 100 ms",
      fields: { timeout: 100, sent: false },
    });
    expect(canceled(true)).toEqual({
      name: "CanceledError",
      message: "The application canceled the request",
      fields: { sent: true },
    });
  });

  it("says why there is no session", () => {
    expect(offline()).toEqual({
      name: "OfflineError",
      message: "There is no session at the moment, and the request must not wait for one",
    });
    expect(sessionClosed()).toEqual({ name: "SessionClosedError", message: "The session is closed" });
    expect(sessionClosed(cause)).toEqual({
      name: "SessionClosedError",
      message: "The session is closed: The connection went away",
      cause,
    });
  });

  it.each([
    ["text", '"text"'],
    [[1, null], "an array of 2"],
    [{ secret: 1 }, "an object"],
    [undefined, "undefined"],
    [NaN, "NaN"],
    [() => 1, "a function"],
    [1n, "1n"],
    ["x".repeat(198), `"${"x".repeat(198)}"`],
    ["x".repeat(199), `"${"x".repeat(199)}...`],
  ])("shows the wrong argument, as far as possible and in brief (case %#)", (value, printed) => {
    expect(invalidArgument("The timeout", value, "an integer")).toEqual({
      name: "InvalidArgumentError",
      message: `The timeout is ${printed}, expected an integer`,
      fields: { value: printed, expected: "an integer" },
    });
  });

  it("says why the router or the hub ended something, or refuses a tab", () => {
    expect(revoked("subscription", { reason: "com.example.why", details: {} })).toEqual({
      name: "WampError",
      message: "The router ended the subscription: com.example.why",
      fields: { uri: "com.example.why", details: {} },
    });
    expect(
      revoked("registration", { reason: "com.\u001b[31mred", details: { until: "tomorrow" } }),
    ).toMatchObject({
      message: "The router ended the registration: com.\\u001b[31mred",
      fields: { uri: "com.\u001b[31mred", details: { until: "tomorrow" } },
    });
    expect(contractMismatch(2, 1)).toEqual({
      name: "ContractMismatchError",
      message: "The tab uses version 2 of the port protocol, but the running worker uses version 1",
      fields: { tab: 2, worker: 1 },
    });
    expect(otherCredentials("joe", "realm1")).toEqual({
      name: "JoinError",
      message: "A session of joe in realm1 already exists with different credentials",
      fields: { uri: "wamp.error.authentication_failed", details: {} },
    });
  });

  it("names the limit, the feature or the option", () => {
    expect(overflow("maxMessageSize", 20, 10)).toEqual({
      name: "OverflowError",
      message: "maxMessageSize: 20 is more than 10",
      fields: { limit: "maxMessageSize", value: 20, maximum: 10 },
    });
    expect(featureNotSupported({ role: "dealer", name: "shared_registration" })).toEqual({
      name: "FeatureNotSupportedError",
      message: "The router's dealer did not announce the feature shared_registration",
      fields: { feature: "shared_registration" },
    });
    expect(optionConflict("match is prefix")).toEqual({
      name: "OptionConflictError",
      message: "match is prefix",
    });
  });

  it("@G7 names the request that the hub could not process", () => {
    expect(hubFault("request", new TypeError("x is not a function")).message).toBe(
      'The request is "x is not a function", expected one that the hub can process',
    );
    expect(hubFault("request", 17).message).toBe("The request is 17, expected one that the hub can process");
  });
});
