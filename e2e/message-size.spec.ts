import { expect, test as base } from "./support/fixtures.js";
import type { Outcome } from "./support/page-kit.js";
import type { Tab } from "./support/tab.js";

const LIMIT = 100_000;
const big = "x".repeat(2 * LIMIT);

/** A tab that sends what the router does not accept, and a sibling that has handles, on the session of both. */
interface Company {
  readonly culprit: Tab;
  readonly sibling: Tab;
  /** Waits until the sibling has got back what the lost connection had, and returns the id of the session. */
  readonly works: () => Promise<number>;
}

const test = base.extend<{ readonly company: Company }>({
  maxMessageSize: LIMIT,
  company: async ({ tabs, router, foreign, uri }, use) => {
    base.skip(router.name === "nexus", "has no limit for the size of a message");
    const [culprit, sibling] = await tabs.two({ retry: { initialDelay: 1 } });
    await culprit.page.evaluate(() => {
      window.session.on("warning", (error) => window.kit.recorder("warnings").add(window.kit.error(error)));
    });
    await sibling.subscribe(uri("topic"));
    await sibling.register(uri("sum"), "sum");
    let events = 0;
    await use({
      culprit,
      sibling,
      async works() {
        // Restored before any request of a tab is sent.
        expect(await culprit.call(uri("sum"), [1, 2])).toBe(3);
        expect(await foreign.call(uri("sum"), [2, 3])).toMatchObject({ args: [5] });
        await foreign.publish(uri("topic"), [events]);
        events += 1;
        expect((await sibling.firstArgs(uri("topic"), events)).at(-1)).toBe(events - 1);
        return sibling.sessionId();
      },
    });
  },
});

/** The warnings that the tab has got, as soon as there are `count`. */
function warningsOf(tab: Tab, count: number): Promise<unknown[]> {
  return tab.page.evaluate((count) => window.kit.recorder("warnings").waitForCount(count), count);
}

const tooBig = { name: "OverflowError", limit: "maxMessageSize" };

const requests: readonly (readonly [string, (tab: Tab, uri: string) => Promise<Outcome>])[] = [
  ["a call", (tab, uri) => tab.callOutcome(uri, [big])],
  ["an acknowledged publication", (tab, uri) => tab.publishOutcome(uri, [big], { acknowledge: true })],
];

for (const [what, send] of requests) {
  test(`@G7 @G23 ${what} that is too big for the router costs the connection once`, async ({
    company: { culprit, works },
    router,
    uri,
  }) => {
    const first = await works();
    const lost = await culprit.listenForStatus("waiting");
    expect(await send(culprit, uri("big"))).toMatchObject({ ok: false, error: tooBig });
    await lost();
    const second = await works();
    expect(second).not.toBe(first);

    for (let time = 0; time < 3; time += 1)
      expect(await send(culprit, uri("big"))).toMatchObject({ ok: false, error: tooBig });
    expect(await works()).toBe(second);
    expect(router.proxy.connections()).toBe(2);
  });
}

test("@G23 a publication that is too big for the router costs the connection once, and the tab is told", async ({
  company: { culprit, sibling, works },
  router,
  uri,
}) => {
  const first = await works();
  const lost = await sibling.listenForStatus("waiting");
  await culprit.publish(uri("big"), [big]);
  await lost();
  expect(await warningsOf(culprit, 1)).toMatchObject([tooBig]);
  const second = await works();
  expect(second).not.toBe(first);

  expect(await culprit.publishOutcome(uri("big"), [big])).toMatchObject({ ok: false, error: tooBig });
  expect(await works()).toBe(second);
  expect(router.proxy.connections()).toBe(2);
});

test("@G23 a result that is too big for the router costs the connection once, and the tab is told", async ({
  company: { culprit, sibling, works },
  router,
  foreign,
  uri,
}) => {
  await culprit.page.evaluate(
    async ([procedure, size]) => {
      window.kit.track(procedure, await window.session.register(procedure, () => "x".repeat(size)));
    },
    [uri("bad"), big.length] as const,
  );
  const first = await works();
  const lost = await sibling.listenForStatus("waiting");
  await expect(foreign.call(uri("bad"))).rejects.toMatchObject({ uri: "wamp.error.canceled" });
  await lost();
  expect(await warningsOf(culprit, 1)).toMatchObject([tooBig]);
  const second = await works();
  expect(second).not.toBe(first);

  await expect(foreign.call(uri("bad"))).rejects.toMatchObject({ uri: "wamp.error.payload_size_exceeded" });
  expect(await warningsOf(culprit, 2)).toMatchObject([tooBig, tooBig]);
  expect(await works()).toBe(second);
  expect(router.proxy.connections()).toBe(2);
});

test("@G23 a message that the router accepts is still sent after one that was too big", async ({
  company: { culprit, works },
  uri,
}) => {
  await works();
  await culprit.callOutcome(uri("big"), [big]);
  await works();
  expect(await culprit.callOutcome(uri("none"), ["x".repeat(LIMIT - 2_000)])).toMatchObject({
    ok: false,
    error: { name: "WampError", uri: "wamp.error.no_such_procedure" },
  });
});
