import { expect, test } from "./support/fixtures.js";

for (const count of [1, 5, 25]) {
  test(`@G1 ${count} tabs have one connection and one session`, async ({ tabs, router }) => {
    // Firefox opens two pages a second on two busy cores.
    test.slow(count > 5);
    const before = await router.sessionIds();
    const opened = [];
    for (let n = 0; n < count; n += 1) opened.push(await tabs.open());

    const ids = await Promise.all(opened.map((tab) => tab.sessionId()));
    expect(new Set(ids).size).toBe(1);
    expect(router.proxy.connections()).toBe(1);
    const joined = (await router.sessionIds()).filter((id) => !before.includes(id));
    expect(joined).toEqual([ids[0]]);
    if (router.dev !== undefined) {
      expect(router.dev.counts.connections).toBe(1);
      expect(router.dev.counts.hellos).toBe(1);
    }
  });
}

for (const count of [5, 25]) {
  test(`@G1 ${count} tabs that connect at the same moment have one connection`, async ({ tabs, router }) => {
    test.slow(count > 5);
    const before = await router.sessionIds();
    const opened = await Promise.all(Array.from({ length: count }, () => tabs.blank()));

    await Promise.all(opened.map((tab) => tab.connect()));

    const ids = await Promise.all(opened.map((tab) => tab.sessionId()));
    expect(new Set(ids).size).toBe(1);
    expect(router.proxy.connections()).toBe(1);
    expect((await router.sessionIds()).filter((id) => !before.includes(id))).toEqual([ids[0]]);
    if (router.dev !== undefined) expect(router.dev.counts.hellos).toBe(1);
  });
}

test("@G1 ten calls of connect() in one page give ten objects of one session, and one connection", async ({
  tabs,
  router,
}) => {
  const tab = await tabs.blank();

  const distinct = await tab.page.evaluate(async (options) => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => window.wampMux.connect(options)));
    const [first] = sessions;
    if (first === undefined) throw new Error("no session");
    window.session = first;
    await first.ready;
    return new Set([...sessions, await window.wampMux.connect(options)]).size;
  }, tab.options);

  expect(distinct).toBe(11);
  expect(router.proxy.connections()).toBe(1);
  expect((await tab.inspect()).sessions).toHaveLength(1);
  expect((await tab.inspect()).sessions[0]?.tabs).toHaveLength(1);
});

test("@G1 another principal has another session in the same worker", async ({ tabs, router }) => {
  const first = await tabs.open();
  const second = await tabs.open({ principal: "someone-else" });

  expect(await first.sessionId()).not.toBe(await second.sessionId());
  expect(router.proxy.connections()).toBe(2);
  const inspections = [await first.inspect(), await second.inspect()];
  expect(inspections[0]?.incarnation).toBe(inspections[1]?.incarnation);
  expect(inspections[0]?.sessions.map(({ principal }) => principal).sort()).toEqual([
    "anonymous",
    "someone-else",
  ]);
});

test("@G1 if options differ, the first tab's apply, and the second tab is warned", async ({
  tabs,
  router,
}) => {
  const first = await tabs.open({ serializers: ["json"] });
  const second = await tabs.blank();

  const warnings = await second.page.evaluate(
    async (options) => {
      window.session = await window.wampMux.connect(options);
      const warned = new Promise<string>((resolve) => {
        window.session.on("warning", (error) => resolve(`${error.name}: ${error.message}`));
      });
      await window.session.ready;
      return warned;
    },
    { ...second.options, serializers: ["msgpack"] as const },
  );

  expect(warnings).toContain("serializers");
  expect(await second.status()).toMatchObject({ state: "online", serializer: "json" });
  expect(await second.sessionId()).toBe(await first.sessionId());
  expect(router.proxy.connections()).toBe(1);
});

test("connect() resolves before WELCOME, and requests made until then are answered after it", async ({
  tabs,
  router,
  uri,
}) => {
  router.proxy.stall(true);
  const tab = await tabs.blank();
  expect(await tab.attach()).toEqual({ ok: true });
  expect(await tab.status()).toMatchObject({ state: "connecting" });
  await tab.page.evaluate((procedure) => {
    window.kit.start("ready", () => window.session.ready);
    window.kit.start("register", () =>
      window.session
        .register(procedure, window.kit.handler("sum", procedure))
        .then((handle) => void window.kit.track(procedure, handle)),
    );
  }, uri("sum"));
  await tab.startCall("call", uri("sum"), [2, 3]);
  // The refusal of a request that was made after the call shows that none of them is answered yet.
  expect(await tab.callOutcome(uri("sum"), [], { offline: "fail" })).toMatchObject({
    error: { name: "OfflineError" },
  });
  for (const name of ["ready", "register", "call"]) expect(await tab.isSettled(name)).toBe(false);

  router.proxy.stall(false);

  expect(await tab.settled("ready")).toMatchObject({ ok: true });
  expect(await tab.settled("register")).toMatchObject({ ok: true });
  expect(await tab.settled("call")).toEqual({ ok: true, value: 5 });
  expect(await tab.status()).toMatchObject({ state: "online", mode: "shared" });
});

test("@G7 a request that waits for the session keeps its deadline", async ({ tabs, router, uri }) => {
  router.proxy.stall(true);
  const tab = await tabs.blank();
  await tab.attach();

  expect(await tab.callOutcome(uri("none"), [], { timeout: 50 })).toMatchObject({
    ok: false,
    error: { name: "TimeoutError", sent: false, timeout: 50 },
  });

  router.proxy.stall(false);
  await tab.waitForStatus("online");
});

test("the status has the details of WELCOME", async ({ tabs }) => {
  const tab = await tabs.open();
  const status = await tab.status();
  if (status.state !== "online") throw new Error(status.state);
  expect(status.session).toBeGreaterThan(0);
  expect(status.details).toMatchObject({ roles: { broker: {}, dealer: {} } });
  expect(status.url).toBe(tab.options.url);
  expect(status.storage).toEqual({ kind: "indexeddb" });
});
