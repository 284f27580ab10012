import { describe, expect, it } from "vitest";
import type { RequestId, RegistrationHandle, SubscriptionHandle } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import { cancelModeOr, judgeRequest } from "./judge-request.js";
import { isRefused } from "./refusal.js";
import { json } from "../../testing/harness.js";

type Kind = "call" | "publish" | "subscribe" | "register";

interface Wanted {
  readonly uri?: string;
  readonly options?: Dict;
  readonly timeout?: number;
}

/** Returns a request that is valid but for the parts that the test gives. */
function requestOf(kind: Kind, { uri = "com.x", options = {}, timeout = 0 }: Wanted = {}): AnsweredRequest {
  const common = { request: 1 as RequestId, options, timeout, offline: "wait" } as const;
  switch (kind) {
    case "call":
      return { kind, ...common, procedure: uri, payload: json() };
    case "publish":
      return { kind, ...common, topic: uri, payload: json() };
    case "subscribe":
      return { kind, ...common, topic: uri, subscription: 1 as SubscriptionHandle };
    case "register":
      return { kind, ...common, procedure: uri, registration: 1 as RegistrationHandle };
  }
}

/** Returns so many arrays and objects in turn, one in the other. */
function nested(depth: number): unknown {
  const inner = depth > 1 ? nested(depth - 1) : 1;
  return depth % 2 === 0 ? [inner] : { inner };
}

const validate = (request: AnsweredRequest) => {
  const judged = judgeRequest(request, "loose");
  return isRefused(judged) ? judged.refused : undefined;
};

const messageOf = (request: AnsweredRequest): string | undefined => validate(request)?.message;

const flag = { expected: "a boolean", right: [true, false], wrong: [1, "true", null] };
const milliseconds = {
  expected: "milliseconds: an integer, 0 or more",
  right: [0, 1, 60_000],
  wrong: [-1, 0.5, "1", Infinity, 2 ** 53],
};
const count = {
  expected: "an integer, 1 or more",
  right: [1, 16],
  wrong: [0, 1.5, "1", 2 ** 53],
};
const ids = {
  expected: "an array of WAMP ids (integers from 1 to 2^53)",
  element: "a WAMP id (an integer from 1 to 2^53)",
  right: [[], [1, 2 ** 53]],
  wrong: [1, "1", [0], [1, 1.5], [2 ** 53 + 2], ["1"], Array(1), { length: 0 }],
};
const texts = {
  expected: "an array of strings",
  element: "a string that every serializer can write",
  right: [[], ["", "joe"]],
  wrong: ["joe", [1], ["\0"], ["joe", "\ud800"], Array(1), { length: 0 }],
};
const matchPolicy = {
  expected: 'one of "exact", "prefix", "wildcard"',
  right: ["exact", "prefix", "wildcard"],
  wrong: ["", "glob", true, ["exact"]],
};
const invocationPolicy = {
  expected: 'one of "single", "roundrobin", "random", "first", "last"',
  right: ["single", "roundrobin", "random", "first", "last"],
  wrong: ["", "all", 1],
};

describe("an option of a request", () => {
  it.each([
    ["call", "receive_progress", flag],
    ["call", "disclose_me", flag],
    ["call", "timeout", milliseconds],
    ["publish", "acknowledge", flag],
    ["publish", "exclude_me", flag],
    ["publish", "disclose_me", flag],
    ["publish", "retain", flag],
    ["publish", "exclude", ids],
    ["publish", "exclude_authid", texts],
    ["publish", "exclude_authrole", texts],
    ["publish", "eligible", ids],
    ["publish", "eligible_authid", texts],
    ["publish", "eligible_authrole", texts],
    ["subscribe", "match", matchPolicy],
    ["subscribe", "get_retained", flag],
    ["register", "match", matchPolicy],
    ["register", "invoke", invocationPolicy],
    ["register", "concurrency", count],
    ["register", "force_reregister", flag],
  ] as const)("@G23 of %s: %s is validated, and a refusal names the rule", (kind, name, rule) => {
    for (const value of rule.right)
      expect(validate(requestOf(kind, { options: { [name]: value } }))).toBeUndefined();
    for (const value of rule.wrong) {
      const message = messageOf(requestOf(kind, { options: { [name]: value } }));
      expect(message).toMatch(
        new RegExp(`${kind === "call" ? "call\\w*" : kind}\\(\\): options.wire.${name} is `),
      );
      expect(
        message?.endsWith(
          `, expected ${"element" in rule && Array.isArray(value) ? rule.element : rule.expected}`,
        ),
      ).toBe(true);
    }
  });

  it.each([
    ["call", "receive_progress, disclose_me, timeout, ppt_scheme, ppt_serializer, ppt_cipher, ppt_keyid"],
    [
      "publish",
      "acknowledge, exclude_me, disclose_me, retain, exclude, exclude_authid, exclude_authrole, eligible, eligible_authid, eligible_authrole, ppt_scheme, ppt_serializer, ppt_cipher, ppt_keyid",
    ],
    ["subscribe", "match, get_retained, catch_up"],
    ["register", "match, invoke, concurrency, force_reregister"],
  ] as const)("@G23 of %s that is unknown is refused with the known names", (kind, names) => {
    expect(messageOf(requestOf(kind, { options: { slip: true } }))).toBe(
      `${kind}(): options.wire.slip is a boolean, expected one of the options ${names}, or a custom option such as "_name"`,
    );
  });

  it("@G23 is validated even if the one before it is valid", () => {
    expect(messageOf(requestOf("publish", { options: { retain: true, acknowledge: 1 } }))).toContain(
      "acknowledge",
    );
  });

  it("may be a secret if it is custom: a refusal shows only its name and type", () => {
    const options = { _auth: { password: "s3cret", at: NaN } };
    const refusal = validate(requestOf("call", { options }));
    expect(refusal?.message).toMatch(/^call\(\): options\.wire\._auth is an object, expected /);
    expect(JSON.stringify(refusal)).not.toContain("s3cret");
  });

  it.each(["_abc", "_a_1", "_name"])("may be custom: %s", (name) => {
    for (const value of [null, true, 1.5, "text", "ends with \0", [1, ["a"]], { a: { b: [] } }, nested(32)])
      expect(messageOf(requestOf("call", { options: { [name]: value } }))).toBeUndefined();
    for (const value of [
      undefined,
      1n,
      () => 1,
      Symbol("s"),
      Infinity,
      "\0",
      "\ud800",
      [1, 1n],
      { a: { b: 1n } },
      { a: 1, "\0": 1 },
      new Map(),
      new Uint8Array(1),
      nested(33),
    ])
      expect(messageOf(requestOf("call", { options: { [name]: value } }))).toContain(
        "expected null, a boolean, number, string, array or plain object",
      );
  });

  it.each(["_ab", "_Abc", "x_abc", "_abc-d", "name", "_", "__proto__"])(
    "@G23 may not be custom with the name %s",
    (name) => {
      expect(messageOf(requestOf("call", { options: Object.fromEntries([[name, 1]]) }))).toContain(
        `call(): options.wire.${name} is a number, expected one of the options receive_progress,`,
      );
    },
  );
});

describe("a request", () => {
  it.each([
    ["call", "procedure"],
    ["publish", "topic"],
    ["subscribe", "topic"],
    ["register", "procedure"],
  ] as const)("@G23 %s is refused for its %s, with the broken rule", (kind, what) => {
    expect(messageOf(requestOf(kind, { uri: "a..b" }))).toBe(
      `The ${what} is "a..b", expected a valid URI: a URI must not have empty components`,
    );
    expect(messageOf(requestOf(kind, { uri: 17 as never }))).toBe(
      `The ${what} is 17, expected a URI (string)`,
    );
  });

  it.each(["subscribe", "register"] as const)(
    "of kind %s is validated by the rules of its pattern",
    (kind) => {
      const validated = (match: string, uri: string) =>
        messageOf(requestOf(kind, { uri, options: { match } }));
      expect(validated("wildcard", "a..b")).toBeUndefined();
      expect(validated("prefix", "a.")).toBeUndefined();
      expect(validated("prefix", "a..b")).toContain("prefix pattern");
      expect(validated("exact", "a.")).toContain("empty components");
    },
  );

  it.each(["call", "publish", "subscribe", "register"] as const)(
    "@G23 %s has a deadline in milliseconds",
    (kind) => {
      expect(messageOf(requestOf(kind, { timeout: 1 }))).toBeUndefined();
      expect(messageOf(requestOf(kind, { timeout: -1 }))).toBe(
        `${kind}(): options.timeout is -1, expected milliseconds: an integer, 0 or more`,
      );
    },
  );
});

it("@G23 a known cancel mode stays, any other becomes the default", () => {
  expect(["skip", "kill", "killnowait", "softly", 1, undefined].map((mode) => cancelModeOr(mode))).toEqual([
    "skip",
    "kill",
    "killnowait",
    "killnowait",
    "killnowait",
    "killnowait",
  ]);
});
