import { expect, test } from "./support/fixtures.js";
import { needs } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

async function answers(caller: Tab, procedure: string, count: number): Promise<unknown[]> {
  const names = [];
  for (let n = 0; n < count; n += 1) names.push(await caller.call(procedure));
  return names;
}

test.beforeEach(({ router }) => needs(router, "dealer", "shared_registration"));

for (const { invoke, expected } of [
  { invoke: "roundrobin", expected: ["tab1", "tab2", "tab3", "tab1", "tab2", "tab3"] },
  { invoke: "first", expected: ["tab1", "tab1", "tab1", "tab1", "tab1", "tab1"] },
  { invoke: "last", expected: ["tab3", "tab3", "tab3", "tab3", "tab3", "tab3"] },
] as const) {
  test(`@G5 ${invoke} picks among the tabs, which share one registration`, async ({ tabs, router, uri }) => {
    const all = await tabs.three();
    for (const tab of all) await tab.register(uri("who"), "who", { invoke });

    expect(await answers(all[1], uri("who"), 6)).toEqual(expected);
    expect((await all[0].inspect()).sessions[0]?.wireRegistrations).toMatchObject([{ locals: 3 }]);
    if (router.dev !== undefined) expect(router.dev.counts.received.REGISTER).toBe(1);
  });
}

test("@G5 random picks each of the tabs", async ({ tabs, uri }) => {
  const all = await tabs.three();
  for (const tab of all) await tab.register(uri("who"), "who", { invoke: "random" });

  expect(new Set(await answers(all[0], uri("who"), 60))).toEqual(new Set(["tab1", "tab2", "tab3"]));
});

test("@G5 the router gives the shared session one share for all its tabs", async ({ tabs, foreign, uri }) => {
  const [first, second] = await tabs.two();
  await first.register(uri("who"), "who", { invoke: "roundrobin" });
  await second.register(uri("who"), "who", { invoke: "roundrobin" });
  await foreign.register(uri("who"), ({ result }) => result(["foreign"]), { invoke: "roundrobin" });

  const names = await answers(first, uri("who"), 8);

  expect(names.filter((name) => name === "foreign")).toHaveLength(4);
  expect(names.filter((name) => name === "tab1")).toHaveLength(2);
  expect(names.filter((name) => name === "tab2")).toHaveLength(2);
});

test("@G5 another policy is refused with the error of a router", async ({ tabs, uri }) => {
  const [first, second] = await tabs.two();
  await first.register(uri("who"), "who", { invoke: "roundrobin" });

  for (const invoke of ["random", "single"] as const) {
    expect(await second.registerOutcome(uri("who"), "who", { invoke })).toMatchObject({
      ok: false,
      error: {
        name: "WampError",
        uri: expect.stringMatching(
          /^wamp\.error\.(procedure_already_exists|procedure_exists_with_different_invocation_policy)$/,
        ) as unknown,
      },
    });
  }
  expect(await answers(second, uri("who"), 2)).toEqual(["tab1", "tab1"]);
});

test("@G5 UNREGISTER is sent when the last tab leaves the pool", async ({ tabs, foreign, uri }) => {
  const [first, second] = await tabs.two();
  await first.register(uri("who"), "who", { invoke: "roundrobin" });
  await second.register(uri("who"), "who", { invoke: "roundrobin" });

  await first.end(uri("who"));
  expect(await answers(first, uri("who"), 2)).toEqual(["tab2", "tab2"]);
  await second.end(uri("who"));
  await expect(foreign.call(uri("who"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
});

test("@G5 concurrency holds per tab: excess invocations go to another tab, then they are refused", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two();
  await first.register(uri("hold"), "hold", { invoke: "first", concurrency: 1 });
  await second.register(uri("hold"), "hold", { invoke: "first", concurrency: 1 });

  const one = foreign.call(uri("hold"), [1]);
  await first.invocations(uri("hold"), 1);
  const two = foreign.call(uri("hold"), [2]);
  await second.invocations(uri("hold"), 1);

  await expect(foreign.call(uri("hold"), [3])).rejects.toMatchObject({ uri: "wamp.error.unavailable" });
  await first.release(uri("hold"), "first");
  expect(await one).toMatchObject({ args: ["first"] });
  const four = foreign.call(uri("hold"), [4]);
  await first.invocations(uri("hold"), 2);
  await first.release(uri("hold"), "first again");
  await second.release(uri("hold"), "second");
  expect(await two).toMatchObject({ args: ["second"] });
  expect(await four).toMatchObject({ args: ["first again"] });
});

test("@G5 force_reregister displaces a sibling, and its handle ends with an error", async ({
  tabs,
  router,
  uri,
}) => {
  needs(router, "dealer", "registration_revocation");
  const [first, second] = await tabs.two();
  await first.page.evaluate(async (procedure) => {
    const handle = await window.session.register(procedure, () => "old");
    window.kit.start("ended", () =>
      handle.ended.then((error) => ({ error: error?.name, active: handle.active })),
    );
  }, uri("p"));

  await second.register(uri("p"), "who", { forceReregister: true });

  expect(await first.settled("ended")).toMatchObject({
    ok: true,
    value: { error: "WampError", active: false },
  });
  expect(await first.call(uri("p"))).toBe("tab2");
});
