import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import type { ForeignSession } from "./support/foreign.js";
import { needs } from "./support/needs.js";
import type { RawCallee } from "./support/raw-callee.js";
import type { RouterUnderTest } from "./support/router.js";

test.beforeEach(({ router }) => needs(router, "dealer", "progressive_call_results"));

/** A callee whose progressive results the router accepts: Nexus insists on a callee that announces call canceling as well. */
async function progressiveCallee(
  router: RouterUnderTest,
  foreign: ForeignSession,
): Promise<ForeignSession | RawCallee> {
  return router.name === "nexus" ? router.rawCallee() : foreign;
}

test("progressive results of another tab arrive in order, the final one last", async ({ tabs, uri }) => {
  const [callee, caller] = await tabs.two();
  await callee.register(uri("count"), "count");

  const parts = await caller.page.evaluate(async (procedure) => {
    const parts = [];
    for await (const { args, progress } of window.session.callProgressive(procedure, [4]))
      parts.push([args[0], progress]);
    return parts;
  }, uri("count"));

  expect(parts).toEqual([
    [1, true],
    [2, true],
    [3, true],
    [4, true],
    [4, false],
  ]);
});

test("progressive results of a foreign session arrive, with kwargs in the final one", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const callee = await progressiveCallee(router, foreign);
  await callee.register(uri("report"), ({ wantsProgress, progress, result }) => {
    expect(wantsProgress).toBe(true);
    progress(["half"]);
    result(["whole"], { pages: 2 });
  });
  const tab = await tabs.open();

  const parts = await tab.page.evaluate(async (procedure) => {
    const parts = [];
    for await (const { args, kwargs, progress } of window.session.callProgressive(procedure)) {
      parts.push({ args, kwargs, progress });
    }
    return parts;
  }, uri("report"));

  expect(parts).toEqual([
    { args: ["half"], kwargs: {}, progress: true },
    { args: ["whole"], kwargs: { pages: 2 }, progress: false },
  ]);
});

test("a handler can send progress only to a caller that asked for it", async ({ tabs, uri }) => {
  const [callee, caller] = await tabs.two();
  await callee.page.evaluate(async (procedure) => {
    const handler = (_: readonly unknown[], { progress }: { progress?: unknown }) => typeof progress;
    window.kit.track(procedure, await window.session.register(procedure, handler));
  }, uri("wants"));

  expect(await caller.call(uri("wants"))).toBe("undefined");
  const wanted = await caller.page.evaluate(async (procedure) => {
    const parts = [];
    for await (const { args } of window.session.callProgressive(procedure)) parts.push(args[0]);
    return parts;
  }, uri("wants"));
  expect(wanted).toEqual(["function"]);
});

test("@G8 an error after progress ends the iteration with that error", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const callee = await progressiveCallee(router, foreign);
  await callee.register(uri("breaks"), ({ progress, error }) => {
    progress([1]);
    error(uri("error.broken"), ["no more"]);
  });
  const tab = await tabs.open();

  const [parts, outcome] = await tab.page.evaluate(async (procedure) => {
    const parts: unknown[] = [];
    const all = async () => {
      for await (const { args } of window.session.callProgressive(procedure)) parts.push(args[0]);
    };
    return [parts, await window.kit.outcome(all())] as const;
  }, uri("breaks"));

  expect(parts).toEqual([1]);
  expect(outcome).toMatchObject({ ok: false, error: { name: "WampError", uri: uri("error.broken") } });
});

test("@G9 leaving the loop early cancels the call", async ({ tabs, router, rawCallee, uri }) => {
  needs(router, "dealer", "call_canceling");
  const held = await ForeignInvocations.register(rawCallee, uri("endless"));
  void held.waitForCount(1).then(([invocation]) => invocation?.progress([1]));
  const tab = await tabs.open();

  const first = await tab.page.evaluate(async (procedure) => {
    for await (const { args } of window.session.callProgressive(procedure)) return args[0];
    return undefined;
  }, uri("endless"));

  expect(first).toBe(1);
  const [invocation] = await held.waitForCount(1);
  expect(await invocation?.interrupted).toMatchObject({ mode: "killnowait" });
  invocation?.error("wamp.error.canceled");
});
