import { expect, test } from "./support/fixtures.js";
import { needs } from "./support/needs.js";

test("a tab asks the router for the sessions of its realm", async ({ tabs, router }) => {
  needs(router, "dealer", "session_meta_api");
  const tab = await tabs.open();
  const session = await tab.sessionId();

  expect(await tab.call("wamp.session.list")).toContain(session);
  expect(await tab.call("wamp.session.get", [session])).toMatchObject({ session });
});

test("a tab asks the router for a registration", async ({ tabs, router, uri }) => {
  needs(router, "dealer", "registration_meta_api");
  const tab = await tabs.open();
  await tab.register(uri("p"), "sum");

  const registration = await tab.call("wamp.registration.lookup", [uri("p")]);

  expect(await tab.call("wamp.registration.get", [registration])).toMatchObject({ uri: uri("p") });
});

test("a tab asks the router for a subscription", async ({ tabs, router, uri }) => {
  needs(router, "broker", "subscription_meta_api");
  const tab = await tabs.open();
  await tab.subscribe(uri("t"));

  const subscription = await tab.call("wamp.subscription.lookup", [uri("t")]);

  expect(await tab.call("wamp.subscription.get", [subscription])).toMatchObject({ uri: uri("t") });
});

test("a tab sees the session of another client come and go", async ({ tabs, router }) => {
  needs(router, "broker", "session_meta_api");
  const tab = await tabs.open();
  await tab.subscribe("wamp.session.on_join");
  await tab.subscribe("wamp.session.on_leave");

  const other = await router.foreign();
  await other.close();

  expect((await tab.events("wamp.session.on_join", 1))[0]?.args).toMatchObject([{ session: other.id }]);
  expect(await tab.firstArgs("wamp.session.on_leave", 1)).toEqual([other.id]);
});
