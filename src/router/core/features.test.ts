import { expect, it } from "vitest";
import { featureNames } from "./features.js";
import type { FeatureName } from "./features.js";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

const topic = "com.example.topic";

async function without(feature: FeatureName, details?: Record<string, unknown>) {
  const router = memoryRouter({ features: { [feature]: false } });
  return { router, client: await router.join(details) };
}

it.each(featureNames)("announces every feature except %s when it is off", async (feature) => {
  const router = memoryRouter({ features: { [feature]: false } });
  const client = router.connect();
  client.send(1, "realm1", { roles: fullRoles });
  const details = JSON.stringify((await client.next())[2]);
  const announced = featureNames.filter((name) => details.includes(`"${name}":true`));
  expect(announced).toEqual(featureNames.filter((name) => name !== feature));
});

it("publisher_exclusion off: the publisher never gets its own event", async () => {
  const { client } = await without("publisher_exclusion");
  await client.ask(32, {}, topic);
  client.request(16, { exclude_me: false }, topic);
  expect(await client.unread()).toEqual([]);
});

it("publisher_identification off: no event names its publisher", async () => {
  const { client } = await without("publisher_identification");
  await client.ask(32, {}, topic);
  client.request(16, { exclude_me: false, disclose_me: true }, topic);
  expect((await client.next())[3]).toEqual({});
});

it("subscriber_blackwhite_listing off: every subscriber gets the event", async () => {
  const { client } = await without("subscriber_blackwhite_listing");
  await client.ask(32, {}, topic);
  client.request(16, { exclude_me: false, exclude: [client.session] }, topic);
  expect((await client.next())[0]).toBe(36);
});

it("event_retention off: no event is retained", async () => {
  const { client } = await without("event_retention");
  client.request(16, { retain: true }, topic);
  client.request(32, { get_retained: true }, topic);
  expect((await client.unread()).map(([code]) => code)).toEqual([33]);
});

it.each([
  ["pattern_based_subscription", 32, { match: "prefix" }],
  ["pattern_based_registration", 64, { match: "wildcard" }],
  ["shared_registration", 64, { invoke: "roundrobin" }],
  ["registration_revocation", 64, { force_reregister: true }],
] as const)("%s off: refuses %d with %j", async (feature, code, options) => {
  const { client } = await without(feature);
  expect((await client.ask(code, options, topic))[4]).toBe("wamp.error.option_not_allowed");
});

it("caller_identification off: no invocation names its caller", async () => {
  const { client } = await without("caller_identification");
  await client.ask(64, {}, topic);
  client.request(48, { disclose_me: true }, topic);
  expect((await client.next())[3]).toEqual({});
});

it("progressive_call_results off: the callee is not asked for progress", async () => {
  const { client } = await without("progressive_call_results");
  await client.ask(64, {}, topic);
  client.request(48, { receive_progress: true }, topic);
  expect((await client.next())[3]).toEqual({});
});

it("call_canceling off: CANCEL is ignored", async () => {
  const { client } = await without("call_canceling");
  await client.ask(64, {}, topic);
  const call = client.request(48, {}, topic);
  await client.next();
  client.send(49, call, { mode: "killnowait" });
  expect(await client.unread()).toEqual([]);
});

it("call_timeout off: the option is not read", async () => {
  const { client } = await without("call_timeout");
  await client.ask(64, {}, topic);
  client.request(48, { timeout: -1 }, topic);
  expect((await client.next())[0]).toBe(68);
});

it("session_meta_api off: no procedures, no events", async () => {
  const { router, client } = await without("session_meta_api");
  await client.ask(32, {}, "wamp.session.on_join");
  await router.join();
  expect(await client.unread()).toEqual([]);
  expect((await client.ask(48, {}, "wamp.session.count"))[4]).toBe("wamp.error.no_such_procedure");
});
