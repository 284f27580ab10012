import { allOnline, listenForLoss, quickRetry as retry, tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";

test("@G12 a connection over which nothing passes any more is given up after a silence, and comes back", async ({
  tabs,
  router,
  tap,
  foreign,
  uri,
}) => {
  const [tab, sibling] = await tabs.two(tapped(tap, { retry, probeAfter: 1_000 }));
  await sibling.subscribe(uri("topic"));
  await tab.register(uri("p"), "echo");
  const session = await tab.sessionId();
  // The router answers each probe.
  await expect.poll(() => tap.sent("UNSUBSCRIBE").length).toBeGreaterThan(1);
  expect(await tab.sessionId()).toBe(session);
  const lost = await listenForLoss([sibling]);

  router.proxy.stall(true);
  await tab.startCall("call", uri("nowhere"));

  expect(await lost()).toMatchObject([{ reason: { name: "ConnectionLostError" } }]);
  expect(await tab.settled("call")).toMatchObject({
    ok: false,
    error: { name: "ConnectionLostError", sent: true },
  });

  router.proxy.stall(false);
  await allOnline([tab, sibling]);
  expect(await tab.sessionId()).not.toBe(session);
  await tab.call("wamp.session.count");
  await foreign.publish(uri("topic"), ["back"]);
  expect(await sibling.firstArgs(uri("topic"), 1)).toEqual(["back"]);
  // Once the router has noticed the end of the silent connection, too.
  await expect
    .poll(() => foreign.call(uri("p"), ["again"]).then(({ args }) => args, String), { timeout: 15_000 })
    .toEqual(["again"]);
});

test("@G12 a page that is back online has the connection probed at once", async ({ tabs, router }) => {
  const [tab, sibling] = await tabs.two({ retry });
  const lost = await listenForLoss([sibling]);
  router.proxy.stall(true);

  await tab.page.evaluate(() => dispatchEvent(new Event("online")));

  expect(await lost()).toMatchObject([{ reason: { name: "ConnectionLostError" } }]);
  router.proxy.stall(false);
  await allOnline([tab, sibling]);
});

test("@G12 the status has the time that the router's answer took", async ({ tabs }) => {
  const tab = await tabs.open();
  const status = await tab.waitForStatus("online");
  expect(Number.isInteger(status.roundTrip)).toBe(true);
  expect(status.roundTrip).toBeGreaterThanOrEqual(0);
});
