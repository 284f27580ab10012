import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import { needsWorkerRequests } from "./support/needs.js";
import { heldBy } from "./support/tabs.js";
import { within } from "./support/within.js";

test("@G17 when the tab that created the worker crashes, the others get a new worker and keep their handles", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const [creator, first, second] = await tabs.three();
  const before = await first.inspect();
  const id = await first.sessionId();
  const held = await ForeignInvocations.register(foreign, uri("foreign"));
  await first.subscribe(uri("topic"));
  await second.subscribe(uri("topic"));
  await second.subscribe(uri("tree"), { match: "prefix" });
  await first.register(uri("p"), "who");
  await first.startCall("call", uri("foreign"));
  await second.startCall("call", uri("foreign"));
  await held.waitForCount(2);
  await creator.subscribe(uri("creators"));
  const { wireSubscriptions, wireRegistrations } = heldBy(before)[0] ?? {};
  expect([wireSubscriptions, wireRegistrations]).toEqual([[], []]);

  await creator.crash();

  const lost = { ok: false, error: { name: "WorkerLostError", isWampMuxError: true } };
  const outcomes = await within(
    1000,
    "the loss is reported",
    Promise.all([first.settled("call"), second.settled("call")]),
  );
  expect(outcomes).toMatchObject([lost, lost]);
  await Promise.all([first.waitForStatus("online"), second.waitForStatus("online")]);
  // A tab's requests are sent in order, so its subscriptions and registrations are back when this one is answered.
  for (const tab of [first, second]) await tab.subscribe(uri("fence"));

  const after = await first.inspect();
  expect(after.incarnation).not.toBe(before.incarnation);
  expect(after.sessions).toHaveLength(1);
  expect(after.sessions[0]?.tabs).toHaveLength(2);
  const ids = [await first.sessionId(), await second.sessionId()];
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(id);
  expect(router.proxy.connections()).toBe(2);
  await foreign.publish(uri("topic"), ["again"]);
  await foreign.publish(uri("tree.leaf"), ["prefix"]);
  expect(await first.firstArgs(uri("topic"), 1)).toEqual(["again"]);
  expect(await second.firstArgs(uri("topic"), 1)).toEqual(["again"]);
  expect(await second.firstArgs(uri("tree"), 1)).toEqual(["prefix"]);
  expect(await foreign.call(uri("p"))).toMatchObject({ args: ["tab2"] });

  // The old handles are still valid: one of them ends its registration.
  await first.end(uri("p"));
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
});

test("@G17 a handler's signal is aborted when the worker dies, and its answer goes nowhere", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [creator, survivor] = await tabs.two();
  await survivor.register(uri("hold"), "hold");
  const answer = foreign.call(uri("hold"));
  answer.catch(() => {});
  await survivor.invocations(uri("hold"), 1);

  await creator.crash();

  await survivor.events(`${uri("hold")}!`, 1);
  await expect(answer).rejects.toMatchObject({ name: "ForeignError" });
  await survivor.waitForStatus("online");
  await survivor.release(uri("hold"), "too late");
  await survivor.subscribe(uri("fence"));
  const again = foreign.call(uri("hold"));
  await survivor.invocations(uri("hold"), 2);
  await survivor.release(uri("hold"), "in time");
  expect(await again).toMatchObject({ args: ["in time"] });
});

test("@G17 crash after crash, the last tab keeps its subscription", async ({ tabs, foreign, uri }) => {
  const [first, second, third] = await tabs.three();
  await third.subscribe(uri("topic"));
  const { incarnation } = await third.inspect();

  await first.crash();
  await third.inspectUntil((inspection) => inspection.incarnation !== incarnation);
  // The new worker lives in the tab that attached first; either way the third tab stays connected.
  await second.crash();
  await third.inspectUntil(({ sessions }) => sessions[0]?.tabs.length === 1);
  await third.waitForStatus("online");
  await third.subscribe(uri("fence"));

  await foreign.publish(uri("topic"), ["after"]);
  expect(await third.firstArgs(uri("topic"), 1)).toEqual(["after"]);
});

for (const [answer, why] of [
  ["refuse", "the server refuses the worker's script"],
  ["page", "the server has a page in place of the worker's script"],
] as const) {
  test(`@G17 the page keeps trying while ${why}, and then has its handles back`, async ({
    tabs,
    pages,
    foreign,
    uri,
  }) => {
    needsWorkerRequests();
    const [creator, survivor] = await tabs.two({ retry: { initialDelay: 50, maxDelay: 50 } });
    await survivor.subscribe(uri("topic"));
    await survivor.register(uri("p"), "who");
    const outage = pages.watch("worker.js", answer);
    try {
      await creator.crash();
      // Each attempt makes two requests: one for the worker, and one to find the reason.
      await outage.requests.waitForCount(6);
    } finally {
      outage.end();
    }

    await survivor.waitForStatus("online");
    await survivor.subscribe(uri("fence"));
    await foreign.publish(uri("topic"), ["again"]);
    expect(await survivor.firstArgs(uri("topic"), 1)).toEqual(["again"]);
    expect(await foreign.call(uri("p"))).toMatchObject({ args: ["tab2"] });
  });
}
