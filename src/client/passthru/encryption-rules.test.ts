import { expect, it } from "vitest";
import type { PassthruMessage } from "../api/passthru.js";
import { ruleFor } from "./encryption-rules.js";
import type { EncryptionRule } from "./encryption-rules.js";

const message: PassthruMessage = { content: "event", uri: "com.secret.x", options: {}, details: {} };

it.each<[string, EncryptionRule, boolean]>([
  ["the URI", { uri: "com.secret.x" }, true],
  ["another URI", { uri: "com.secret" }, false],
  ["a prefix", { uri: "com.secret.", match: "prefix" }, true],
  ["another prefix", { uri: "com.other.", match: "prefix" }, false],
  ["its kind", { uri: "com.secret.x", content: ["call", "event"] }, true],
  ["other kinds", { uri: "com.secret.x", content: ["call", "result", "error"] }, false],
  ["its direction", { uri: "com.secret.x", direction: "receive" }, true],
  ["the other direction", { uri: "com.secret.x", direction: "send" }, false],
])("@G30 a rule for %s matches or does not", (_, rule, matches) => {
  expect(ruleFor([{ uri: "com.none" }, rule], message, "receive")).toBe(matches ? rule : undefined);
});

it("@G30 a rule for a pattern applies whichever topic the router names", () => {
  const rule: EncryptionRule = { uri: "com.secret.", match: "prefix" };
  const named = { ...message, uri: "com.open", pattern: "com.secret." };
  expect(ruleFor([rule], named, "receive")).toBe(rule);
  expect(ruleFor([rule], { ...message, uri: "com.secret.x", pattern: "com." }, "receive")).toBe(rule);
  expect(ruleFor([rule], { ...message, uri: "com.open", pattern: "com." }, "receive")).toBeUndefined();
});

it("@G30 a rule for a pattern applies before a more permissive one for the topic that the router names", () => {
  const open: EncryptionRule = { uri: "com.open", required: false };
  const secret: EncryptionRule = { uri: "com.secret.", match: "prefix" };
  for (const rules of [
    [open, secret],
    [secret, open],
  ]) {
    expect(ruleFor(rules, { ...message, uri: "com.open", pattern: "com.secret." }, "receive")).toBe(secret);
    expect(ruleFor(rules, { ...message, uri: "com.secret.x", pattern: "com.open" }, "receive")).toBe(secret);
    expect(ruleFor(rules, { ...message, uri: "com.open", pattern: "com." }, "receive")).toBe(open);
  }
});

it("@G30 the first rule that matches applies", () => {
  const first: EncryptionRule = { uri: "com.secret.x", required: false };
  const all: EncryptionRule = { uri: "com.secret.", match: "prefix" };
  expect(ruleFor([first, all], message, "receive")).toBe(first);
  expect(ruleFor([all, first], message, "receive")).toBe(all);
});
