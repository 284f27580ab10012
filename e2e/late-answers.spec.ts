import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { isIdle } from "./support/tabs.js";

test("@G2 @G7 a request that timed out while the router was silent is undone when its answer arrives", async ({
  tabs,
  router,
  tap,
  foreign,
  uri,
}) => {
  const tab = await tabs.open(tapped(tap, { requestTimeout: 100 }));
  const id = await tab.sessionId();
  router.proxy.stall(true);
  expect(await tab.subscribeOutcome(uri("topic"))).toMatchObject({ error: { name: "TimeoutError" } });
  expect(await tab.registerOutcome(uri("p"), "sum")).toMatchObject({ error: { name: "TimeoutError" } });
  expect(tap.sent("UNSUBSCRIBE")).toEqual([]);

  router.proxy.stall(false);
  await tab.inspectUntil(isIdle);

  expect(tap.sent("UNSUBSCRIBE")).toHaveLength(1);
  expect(tap.sent("UNREGISTER")).toHaveLength(1);
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
  // A second attempt succeeds, since nothing of the first is left.
  await tab.subscribe(uri("topic"), { timeout: 10_000 });
  await tab.register(uri("p"), "sum", { timeout: 10_000 });
  await foreign.publish(uri("topic"), ["after"]);
  expect(await tab.firstArgs(uri("topic"), 1)).toEqual(["after"]);
  expect(await foreign.call(uri("p"), [1, 1])).toMatchObject({ args: [2] });
  expect(await tab.sessionId()).toBe(id);
});

test("@G7 a late RESULT, ERROR or PUBLISHED is ignored, and the session survives", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  await foreign.register(uri("ok"), ({ result }) => result(["late"]));
  const tab = await tabs.open();
  const id = await tab.sessionId();
  router.proxy.stall(true);
  expect(await tab.callOutcome(uri("ok"), [], { timeout: 50 })).toMatchObject({
    error: { name: "TimeoutError" },
  });
  expect(await tab.callOutcome(uri("missing"), [], { timeout: 50 })).toMatchObject({
    error: { name: "TimeoutError" },
  });
  expect(await tab.publishOutcome(uri("topic"), [], { acknowledge: true, timeout: 50 })).toMatchObject({
    error: { name: "TimeoutError" },
  });

  router.proxy.stall(false);

  // The answer of this call arrives after the late ones.
  expect(await tab.call(uri("ok"))).toBe("late");
  expect(await tab.sessionId()).toBe(id);
});

test("@G2 a subscription whose request timed out in one tab stays for the tab that still waits for it", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const [impatient, patient] = await tabs.two();
  router.proxy.stall(true);
  await patient.page.evaluate((topic) => {
    window.kit.start("subscribe", async () => {
      const record = (event: { args: readonly unknown[] }) => window.kit.recorder(topic).add(event.args[0]);
      window.kit.track(topic, await window.session.subscribe(topic, record));
    });
  }, uri("topic"));
  expect(await impatient.subscribeOutcome(uri("topic"), { timeout: 50 })).toMatchObject({
    error: { name: "TimeoutError" },
  });

  router.proxy.stall(false);
  expect(await patient.settled("subscribe")).toMatchObject({ ok: true });
  await foreign.publish(uri("topic"), ["for the patient"]);

  expect(await patient.events(uri("topic"), 1)).toEqual(["for the patient"]);
});

test("@G9 a subscribe or register whose signal was aborted is undone", async ({
  tabs,
  router,
  tap,
  foreign,
  uri,
}) => {
  const tab = await tabs.open(tapped(tap));
  router.proxy.stall(true);
  const outcomes = await tab.page.evaluate(
    async ([topic, procedure]) => {
      const controller = new AbortController();
      const { signal } = controller;
      const asked = [
        window.kit.outcome(window.session.subscribe(topic, () => {}, { signal })),
        window.kit.outcome(window.session.register(procedure, () => {}, { signal })),
      ];
      // The hub handles messages in order: it has both requests when it answers.
      await window.session.inspect();
      controller.abort();
      return Promise.all(asked);
    },
    [uri("topic"), uri("p")] as const,
  );
  const aborted = { ok: false, error: { name: "AbortError" } };
  expect(outcomes).toMatchObject([aborted, aborted]);

  router.proxy.stall(false);
  await tab.inspectUntil(isIdle);

  expect(tap.sent("UNSUBSCRIBE")).toHaveLength(tap.sent("SUBSCRIBE").length);
  expect(tap.sent("UNREGISTER")).toHaveLength(tap.sent("REGISTER").length);
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
});
