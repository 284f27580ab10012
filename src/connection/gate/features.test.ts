import { describe, expect, it } from "vitest";
import { requestOptions } from "../../contract/request-options.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { routerFeatures } from "../../protocol/features.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { neededFeature, unmetHopes } from "./features.js";

const all = routerFeatures(WELCOME_DETAILS);
const none = routerFeatures({});

const needed: readonly (readonly [OptionedRequest, string, unknown, string])[] = [
  ["call", "receive_progress", true, "progressive_call_results"],
  ["publish", "exclude", [1], "subscriber_blackwhite_listing"],
  ["publish", "exclude_authid", ["joe"], "subscriber_blackwhite_listing"],
  ["publish", "exclude_authrole", ["user"], "subscriber_blackwhite_listing"],
  ["publish", "eligible", [], "subscriber_blackwhite_listing"],
  ["publish", "eligible_authid", [], "subscriber_blackwhite_listing"],
  ["publish", "eligible_authrole", [], "subscriber_blackwhite_listing"],
  ...["ppt_scheme", "ppt_serializer", "ppt_cipher", "ppt_keyid"].flatMap((name) => [
    ["call", name, "x_my", "payload_passthru_mode"] as const,
    ["publish", name, "x_my", "payload_passthru_mode"] as const,
  ]),
  ["subscribe", "match", "prefix", "pattern_based_subscription"],
  ["register", "match", "wildcard", "pattern_based_registration"],
  ["register", "invoke", "roundrobin", "shared_registration"],
];

const hoped: readonly (readonly [OptionedRequest, string, unknown, string])[] = [
  ["call", "disclose_me", true, "caller_identification"],
  ["publish", "disclose_me", true, "publisher_identification"],
  ["publish", "retain", true, "event_retention"],
  ["subscribe", "get_retained", true, "event_retention"],
];

const error = (feature: string) => ({ name: "FeatureNotSupportedError", fields: { feature } });

describe("an option that needs a feature of the router", () => {
  it.each(needed)("@G23 @G30 %s: %s is refused without it", (kind, name, value, feature) => {
    const options: Dict = { [name]: value };
    expect(neededFeature(kind, options, none)).toMatchObject(error(feature));
    expect(neededFeature(kind, options, all)).toBeUndefined();
    expect(unmetHopes(kind, options, none)).toEqual([]);
  });

  it.each([
    ["call", { receive_progress: false }],
    ["subscribe", { match: "exact" }],
    ["register", { match: "exact", invoke: "single" }],
  ] as const)("%s needs nothing for the default %j", (kind, options) => {
    expect(neededFeature(kind, options, none)).toBeUndefined();
  });
});

describe("an option that a router may ignore", () => {
  it.each(hoped)("@G23 %s: %s is sent, and told", (kind, name, value, feature) => {
    const options: Dict = { [name]: value };
    expect(neededFeature(kind, options, none)).toBeUndefined();
    expect(unmetHopes(kind, options, none)).toMatchObject([error(feature)]);
    expect(unmetHopes(kind, options, all)).toEqual([]);
    expect(unmetHopes(kind, { [name]: false }, none)).toEqual([]);
  });

  it("is told for each of several", () => {
    expect(unmetHopes("publish", { retain: true, disclose_me: true }, none)).toHaveLength(2);
  });
});

it("the tables name every option that depends on a feature", () => {
  const dependent = Object.entries(requestOptions).flatMap(([kind, table]) =>
    Object.entries(table).flatMap(([name, rule]) =>
      "needs" in rule || "hopesFor" in rule ? [`${kind} ${name}`] : [],
    ),
  );
  expect([...needed, ...hoped].map(([kind, name]) => `${kind} ${name}`).sort()).toEqual(dependent.sort());
});

it.each(["constructor", "toString", "_custom", "__proto__"])("an option %s depends on nothing", (name) => {
  const options = Object.fromEntries([[name, true]]);
  expect(neededFeature("call", options, none)).toBeUndefined();
  expect(unmetHopes("call", options, none)).toEqual([]);
});
