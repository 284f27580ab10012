import { expect, it } from "vitest";
import { announcementOf, routerFeatures } from "./features.js";
import { helloDetails } from "./hello.js";

it("HELLO announces every role with exactly the features that the hub implements", () => {
  const { roles, ...rest } = helloDetails({ agent: "test/1", authmethods: ["ticket"], authid: "joe" });
  expect(rest).toEqual({ agent: "test/1", authmethods: ["ticket"], authid: "joe" });
  const announced = Object.entries(roles as Record<string, { features: Record<string, unknown> }>).map(
    ([role, { features }]) => [
      role,
      Object.keys(features)
        .filter((name) => features[name] === true)
        .sort(),
    ],
  );
  expect(Object.fromEntries(announced)).toEqual({
    caller: [
      "call_canceling",
      "call_timeout",
      "caller_identification",
      "payload_passthru_mode",
      "progressive_call_results",
    ],
    callee: [
      "call_canceling",
      "caller_identification",
      "pattern_based_registration",
      "payload_passthru_mode",
      "progressive_call_results",
      "registration_revocation",
      "shared_registration",
    ],
    publisher: [
      "payload_passthru_mode",
      "publisher_exclusion",
      "publisher_identification",
      "subscriber_blackwhite_listing",
    ],
    subscriber: [
      "pattern_based_subscription",
      "payload_passthru_mode",
      "publisher_identification",
      "subscription_revocation",
    ],
  });
});

it("HELLO has no authid unless one is claimed", () => {
  expect(Object.keys(helloDetails({ agent: "test/1" })).sort()).toEqual(["agent", "roles"]);
});

it("reads each feature of the router from its own role", () => {
  const features = routerFeatures({
    roles: {
      broker: { features: { publisher_exclusion: true, call_canceling: true } },
      dealer: { features: { call_timeout: true, progressive_call_results: "yes" } },
    },
  });
  const present = Object.entries(features).filter(([, announced]) => announced === true);
  expect(present.map(([name]) => name).sort()).toEqual(["call_timeout", "publisher_exclusion"]);
});

it.each([
  ["dealer", "call_canceling"],
  ["dealer", "call_timeout"],
  ["dealer", "caller_identification"],
  ["dealer", "pattern_based_registration"],
  ["dealer", "progressive_call_results"],
  ["dealer", "shared_registration"],
  ["broker", "event_retention"],
  ["broker", "pattern_based_subscription"],
  ["broker", "publisher_exclusion"],
  ["broker", "publisher_identification"],
  ["broker", "subscriber_blackwhite_listing"],
])("reads the feature of a %s, %s, by its name on the wire", (role, feature) => {
  const features = routerFeatures({ roles: { [role]: { features: { [feature]: true } } } });
  const present = Object.entries(features).filter(([, announced]) => announced === true);
  expect(present).toEqual([[feature, true]]);
});

it("@G30 reads the feature that both roles announce from each of them", () => {
  const features = { payload_passthru_mode: true };
  const present = (role: string): string[] =>
    Object.entries(routerFeatures({ roles: { [role]: { features } } })).flatMap(([name, on]) =>
      on ? [name] : [],
    );
  expect([present("dealer"), present("broker")]).toEqual([["ppt_of_calls"], ["ppt_of_events"]]);
  expect(announcementOf("ppt_of_events")).toEqual({ role: "broker", name: "payload_passthru_mode" });
});

it.each([
  {},
  { roles: null },
  { roles: [] },
  { roles: { broker: true, dealer: { features: "all" } } },
  { roles: { broker: { features: null } } },
])("treats a WELCOME without features (case %#) as that of a router without any", (details) => {
  expect(new Set(Object.values(routerFeatures(details)))).toEqual(new Set([false]));
});
