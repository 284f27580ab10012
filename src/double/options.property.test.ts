import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cancelMode, offlinePolicy, requestOptions } from "../contract/request-options.js";
import type { OptionedRequest } from "../contract/request-options.js";
import type { AnsweredRequest } from "../contract/requests.js";
import type { RequestId } from "../contract/ids.js";
import { flag, milliseconds } from "../contract/rules.js";
import type { Rule } from "../contract/rules.js";
import { isPlainObject } from "../client/errors/checks.js";
import { refusalOf } from "../connection/judge.js";
import { judgeRequest } from "../connection/gate/judge-request.js";
import { isRefused } from "../connection/gate/refusal.js";
import { parseKwargs, parseOptions } from "../client/features/request-parts.js";
import type { TabContext } from "../client/features/tab-context.js";
import { completeOptions, defaults as optionDefaults } from "../client/session/settings.js";
import { sessionRules } from "../contract/session-rules.js";
import { refusalOfOptions } from "../hub/session/admission.js";
import { runs } from "../testing/property-runs.js";

/** Values of every kind: right ones, wrong ones, and those that no port carries. */
const values = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.constantFrom<unknown>(
    true,
    false,
    0,
    1,
    7,
    -1,
    0.5,
    NaN,
    Infinity,
    "exact",
    "prefix",
    "single",
    "last",
    "kill",
    "wait",
    "fail",
    "\ud800",
    "\0",
    null,
    undefined,
    [1, 2],
    ["a", "b"],
    [1, "a"],
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    () => 1,
    Symbol("s"),
    new SharedArrayBuffer(8),
    new Proxy([1], {}),
    new Proxy({}, {}),
    [() => 1],
    { deep: { deep: Symbol("s") } },
    new WeakMap(),
    Promise.resolve(),
  ),
);

const kinds = Object.keys(requestOptions) as OptionedRequest[];
const camel = (name: string): string =>
  name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());

/** The rules of the options of each method, by their public names: the table that a page once had. */
const table: Readonly<Record<OptionedRequest, ReadonlyMap<string, Rule>>> = Object.fromEntries(
  kinds.map((kind) => {
    const rules = Object.entries<Rule & { readonly isInternal?: boolean }>(requestOptions[kind]);
    const known = rules.filter(([, { isInternal }]) => isInternal !== true);
    return [kind, new Map(known.map(([name, rule]) => [camel(name), rule]))];
  }),
) as never;

/** The rules of the options on which a page acts itself, with the methods that have them. */
const pageRules: Readonly<Record<string, readonly [rule: Rule, kinds: readonly OptionedRequest[]]>> = {
  timeout: [milliseconds, kinds],
  offline: [offlinePolicy, kinds],
  cancelMode: [cancelMode, ["call"]],
  sendTab: [flag, ["call", "publish"]],
  kwargs: [{ expected: "a plain object", accepts: isPlainObject }, ["call", "publish"]],
};

const names = [
  ...new Set([
    ...kinds.flatMap((kind) => [...table[kind].keys(), ...Object.keys(requestOptions[kind])]),
    ...Object.keys(pageRules),
    "misspelt",
    "__proto__",
    "constructor",
    "hasOwnProperty",
  ]),
];

/** Sends a request with these options through the page's part and the hub's; returns its options on the wire, or the refusal. */
function judge(kind: OptionedRequest, options: object): unknown {
  try {
    const hasPayload = kind === "call" || kind === "publish";
    const defaults = { callTimeout: 0, requestTimeout: 0, offline: "wait" } as const;
    const { signal: _signal, ...message } = parseOptions(
      { defaults } as TabContext,
      `${kind}()`,
      [options],
      0,
      hasPayload,
    );
    if (hasPayload) parseKwargs(`${kind}()`, options, "tab");
    const uri = kind === "call" || kind === "register" ? "procedure" : "topic";
    const request = { kind, request: 1 as RequestId, [uri]: "com.example.x", ...message };
    // Of the same kind as the port's: it throws for what would fail a whole batch.
    const judged = judgeRequest(structuredClone(request) as unknown as AnsweredRequest, "loose");
    return isRefused(judged) ? judged.refused.name : "options" in judged && judged.options;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Returns what the table says of the same options. */
function expected(kind: OptionedRequest, options: Readonly<Record<string, unknown>>): unknown {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const [own, methods = []] = Object.hasOwn(pageRules, name) ? (pageRules[name] ?? []) : [];
    const rule = methods.includes(kind) ? own : table[kind].get(name);
    if (rule === undefined || refusalOf("", value, rule) !== undefined) return "InvalidArgumentError";
    if (own === rule || value === "exact" || value === "single") continue;
    wire[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return wire;
}

describe("options of all kinds", () => {
  it("@G25 of a request: what the page posts can be posted, and the hub's verdict is that of the table", () => {
    const given = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), given, (kind, options) => {
        expect(judge(kind, options)).toEqual(expected(kind, options));
      }),
      runs(5_000),
    );
  });

  it("@G25 of connect(): what the page sends can be sent, and every option that breaks its rule is refused", () => {
    const rules: Readonly<Record<string, Rule>> = sessionRules;
    const simple = Object.keys(optionDefaults).filter((name) => name !== "serializers");
    const known = fc.constantFrom(...simple, "misspelt", "urls", "access", "__proto__", "toString");
    const groups = fc.record(
      {
        auth: fc.oneof(values, fc.dictionary(fc.constantFrom("method", "authid", "secret", "x"), values)),
        retry: fc.oneof(values, fc.dictionary(fc.constantFrom("maxDelay", "initialDelay", "x"), values)),
        limits: fc.oneof(values, fc.dictionary(fc.constantFrom("maxRequests", "x"), values)),
        serializers: values,
        principal: values,
        query: values,
        workerUrl: values,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(known, values, { maxKeys: 2 }), groups, (options, more) => {
        const given = { url: "ws://a.example/", realm: "realm1", ...options };
        const wrong = Object.entries(options).some(
          ([name, value]) =>
            !(Object.hasOwn(rules, name)
              ? value === undefined || refusalOf("", value, rules[name] as Rule) === undefined
              : value === undefined),
        );
        expect(verdict(given)).toBe(wrong ? "InvalidArgumentError" : "accepted");
        // Whatever it is, it does not fail in another way.
        expect(["accepted", "InvalidArgumentError"]).toContain(verdict({ ...given, ...more }));
      }),
      runs(2_000),
    );
  });
});

function verdict(given: object): string {
  try {
    const { options } = completeOptions(given as never, "https://page.example/");
    return refusalOfOptions(structuredClone(options))?.name ?? "accepted";
  } catch (error) {
    return (error as Error).name;
  }
}
