import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../codec/json.js";
import type { ClientMessage } from "../protocol/messages.js";
import { parseClientMessage } from "../protocol/parse-client-message.js";
import { violation } from "./strictness.js";

const messageOf = (...fields: readonly unknown[]): ClientMessage =>
  parseClientMessage(jsonSerializer.decode(JSON.stringify(fields)));

const ROLES = { roles: { caller: { features: { call_canceling: true } } } };
const ORIGIN = { session: 1, authid: null, authrole: "user" };

describe("a router as strict as Crossbar.io", () => {
  it.each([
    [49, 1, {}],
    [49, 1, { mode: "skip" }],
    [32, 1, { match: "wildcard" }, "a..b"],
    [32, 1, { match: "prefix" }, ""],
    [32, 1, { get_retained: true }, "a.b"],
    [64, 1, { match: "prefix" }, "a."],
    [64, 1, { match: "exact", invoke: "last", concurrency: 1, force_reregister: true }, "a"],
    [48, 1, { timeout: 0, receive_progress: true, disclose_me: 5, _custom: null }, "com.example.add"],
    [48, 1, { forward_for: [ORIGIN] }, "a"],
    [16, 1, { exclude: [1, 2 ** 53], eligible_authrole: [], acknowledge: false }, "com.ü", ["\0AA=="]],
    [70, 1, { progress: true }, [1]],
    [8, 68, 1, { callee: 5, callee_authid: "joe" }, "com.error", []],
    [1, "realm1", { ...ROLES, authmethods: ["ticket"], authid: "joe", authextra: {} }],
    [5, "ticket", {}],
    [6, { message: "bye" }, "wamp.close.close_realm"],
    [3, {}, "wamp.error.no_such_realm"],
    [34, 1, 2],
    [66, 1, 2],
  ])("accepts %j", (...fields) => {
    expect(violation(messageOf(...fields))).toBeUndefined();
  });

  it.each([
    ['CANCEL: mode is "gently"', 49, 1, { mode: "gently" }],
    ['CALL: URI ""', 48, 1, {}, ""],
    ['CALL: URI "a\\u001cb"', 48, 1, {}, "a\x1cb"],
    ["CALL: timeout is 0.5", 48, 1, { timeout: 0.5 }, "a"],
    ["CALL: timeout is null", 48, 1, { timeout: null }, "a"],
    ["CALL: receive_progress is 1", 48, 1, { receive_progress: 1 }, "a"],
    ['CALL: caller is "1"', 48, 1, { caller: "1" }, "a"],
    ["CALL: caller_authrole is null", 48, 1, { caller_authrole: null }, "a"],
    ["CALL: forward_for is {}", 48, 1, { forward_for: {} }, "a"],
    ['CALL: forward_for is [{"session":1}]', 48, 1, { forward_for: [{ session: 1 }] }, "a"],
    ['CALL: "_custom" cannot be passed on', 48, 1, { _custom: ["\ud800"] }, "a"],
    ['PUBLISH: URI "a..b"', 16, 1, {}, "a..b"],
    ["PUBLISH: exclude is [1.5]", 16, 1, { exclude: [1.5] }, "a"],
    ["PUBLISH: eligible_authid is [1]", 16, 1, { eligible_authid: [1] }, "a"],
    ["PUBLISH: exclude_me is null", 16, 1, { exclude_me: null }, "a"],
    ["PUBLISH: retain is 1", 16, 1, { retain: 1 }, "a"],
    ['SUBSCRIBE: URI "a b"', 32, 1, {}, "a b"],
    ['SUBSCRIBE: URI "a..b"', 32, 1, {}, "a..b"],
    ['SUBSCRIBE: URI "a..b"', 32, 1, { match: "prefix" }, "a..b"],
    ['SUBSCRIBE: match is "glob"', 32, 1, { match: "glob" }, "a"],
    ["SUBSCRIBE: get_retained is 1", 32, 1, { get_retained: 1 }, "a"],
    ['REGISTER: URI "a#"', 64, 1, { match: "prefix" }, "a#"],
    ['REGISTER: invoke is "load"', 64, 1, { invoke: "load" }, "a"],
    ["REGISTER: concurrency is 0", 64, 1, { concurrency: 0 }, "a"],
    ['REGISTER: force_reregister is "yes"', 64, 1, { force_reregister: "yes" }, "a"],
    ["YIELD: progress is 1", 70, 1, { progress: 1 }],
    ['YIELD: callee is "5"', 70, 1, { callee: "5" }],
    ["ERROR: callee is null", 8, 68, 1, { callee: null }, "a"],
    ["ERROR: callee_authid is 5", 8, 68, 1, { callee_authid: 5 }, "a"],
    ['ERROR: forward_for is "x"', 8, 68, 1, { forward_for: "x" }, "a"],
    ['ERROR: URI "not a uri"', 8, 68, 1, {}, "not a uri"],
    ["HELLO: no roles", 1, "realm1", { roles: {} }],
    ["HELLO: role broker", 1, "realm1", { roles: { broker: {} } }],
    ["HELLO: feature x of caller", 1, "realm1", { roles: { caller: { features: { x: 1 } } } }],
    ["HELLO: authid is null", 1, "realm1", { ...ROLES, authid: null }],
    ['HELLO: authmethods is "ticket"', 1, "realm1", { ...ROLES, authmethods: "ticket" }],
    ["HELLO: resume-session without resume-token", 1, "realm1", { ...ROLES, "resume-session": 1 }],
    ['HELLO: URI "a b"', 1, "a b", ROLES],
    ['GOODBYE: URI "a b"', 6, {}, "a b"],
    ["ABORT: message is 5", 3, { message: 5 }, "a"],
  ])("objects: %s", (expected, ...fields) => {
    expect(violation(messageOf(...fields))).toBe(expected);
  });

  it("objects to a signature that would be taken for binary data", () => {
    expect(violation({ type: "AUTHENTICATE", signature: "\0secret", extra: {} })).toBe(
      "AUTHENTICATE: the signature",
    );
  });
});
