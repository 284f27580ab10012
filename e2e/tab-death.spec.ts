import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import type { Tab } from "./support/tab.js";
import { heldBy } from "./support/tabs.js";
import { within } from "./support/within.js";

/** Ways in which a tab ends without saying so. Each resolves when the tab is gone. */
const deaths = {
  "is closed": (tab: Tab) => tab.page.close(),
  crashes: (tab: Tab) => tab.crash(),
  reloads: async (tab: Tab) => void (await tab.page.reload()),
};

for (const [how, die] of Object.entries(deaths)) {
  test(`@G6 a tab that ${how} leaves nothing behind after 1 s`, async ({
    tabs,
    router,
    foreign,
    rawCallee,
    uri,
  }) => {
    const survivor = await tabs.open();
    const id = await survivor.sessionId();
    await survivor.subscribe(uri("shared"));
    const held = await ForeignInvocations.register(rawCallee, uri("foreign"));
    const before = heldBy(await survivor.inspect());

    const victim = await tabs.open();
    await victim.subscribe(uri("shared"));
    await victim.subscribe(uri("own"), { match: "prefix" });
    await victim.register(uri("hold"), "hold");
    await victim.startCall("call", uri("foreign"));
    const [called] = await held.waitForCount(1);
    const invoked = foreign.call(uri("hold"));
    invoked.catch(() => {});
    await victim.invocations(uri("hold"), 1);
    const both = heldBy(await survivor.inspect())[0];
    expect(both).toMatchObject({ pending: 1, invocations: 1 });
    expect(both?.wireSubscriptions).toHaveLength(2);
    expect(both?.tabs).toHaveLength(2);

    await die(victim);

    await within(
      1000,
      "the dead tab is cleaned up",
      Promise.all([
        expect(invoked).rejects.toMatchObject({ name: "ForeignError" }),
        router.announces("dealer", "call_canceling") ? called?.interrupted : undefined,
        survivor.inspectUntil(({ sessions }) => sessions[0]?.tabs.length === 1),
      ]),
    );
    // The callee answers the cancelled call; then the tables are as they were.
    called?.error("wamp.error.canceled");
    await survivor.inspectUntil(
      (inspection) => JSON.stringify(heldBy(inspection)) === JSON.stringify(before),
    );
    await expect(foreign.call(uri("hold"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
    await survivor.register(uri("hold"), "who");
    await foreign.publish(uri("shared"), ["still here"]);
    expect(await survivor.firstArgs(uri("shared"), 1)).toEqual(["still here"]);
    expect(await survivor.sessionId()).toBe(id);
    expect(router.proxy.connections()).toBe(1);

    if (how === "reloads") {
      await victim.connect();
      expect(await victim.call(uri("hold"))).toBe("tab1");
      expect(await victim.sessionId()).toBe(id);
    }
  });
}

test("@G6 closing the tab that created the worker leaves the others their session", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const [creator, survivor] = await tabs.two();
  const id = await survivor.sessionId();
  const { incarnation } = await survivor.inspect();
  await creator.register(uri("p"), "who");
  await survivor.subscribe(uri("topic"));

  await creator.page.close();
  await within(
    1000,
    "the tab is gone",
    survivor.inspectUntil(({ sessions }) => sessions[0]?.tabs.length === 1),
  );

  await foreign.publish(uri("topic"), ["still here"]);
  expect(await survivor.firstArgs(uri("topic"), 1)).toEqual(["still here"]);
  await survivor.register(uri("p"), "who");
  expect(await foreign.call(uri("p"))).toMatchObject({ args: ["tab2"] });
  expect(await survivor.sessionId()).toBe(id);
  expect((await survivor.inspect()).incarnation).toBe(incarnation);
  expect(router.proxy.connections()).toBe(1);
});

test("@G6 an invocation whose handler had not begun goes to another tab of the pool", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [survivor, victim] = await tabs.two();
  await victim.register(uri("who"), "who", { invoke: "first" });
  await survivor.register(uri("who"), "who", { invoke: "first" });
  // The page never leaves this loop, so it runs no handler any more.
  await victim.page.evaluate(() => {
    setTimeout(() => {
      for (;;);
    }, 0);
  });

  const answer = foreign.call(uri("who"));
  await survivor.inspectUntil(({ sessions }) => sessions[0]?.invocations === 1);
  await victim.page.close();

  expect(await answer).toMatchObject({ args: ["tab1"] });
});

test("@G6 the caller of an invocation that had begun gets an error, and no handler runs twice", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [survivor, victim] = await tabs.two();
  await victim.register(uri("hold"), "hold", { invoke: "first" });
  await survivor.register(uri("hold"), "hold", { invoke: "first" });
  const answer = foreign.call(uri("hold"));
  answer.catch(() => {});
  await victim.invocations(uri("hold"), 1);

  await victim.page.close();

  await within(
    1000,
    "the caller is answered",
    expect(answer).rejects.toMatchObject({ name: "ForeignError" }),
  );
  expect(await survivor.invocations(uri("hold"), 0)).toEqual([]);
});
