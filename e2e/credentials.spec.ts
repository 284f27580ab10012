import { quickRetry as retry } from "./support/connection.js";
import { expect, joe, test } from "./support/fixtures.js";
import { needsFaults } from "./support/needs.js";

const ticket = { method: "ticket", authid: joe.authid, secret: joe.ticket } as const;

test("@G11 a router that lets in and throws out at once is a failed attempt each time", async ({
  tabs,
  router,
}) => {
  const dev = needsFaults(router);
  const takeBack = dev.faults.expelWelcomed(true);
  const tab = await tabs.blank({ retry });
  await tab.attach();

  const attempts = await tab.page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        window.session.on("status", (status) => {
          if (status.state === "waiting" && seen.push(status.attempt) === 3) resolve(seen);
        });
      }),
  );

  expect(attempts.map((attempt) => attempt - (attempts[0] ?? 0))).toEqual([0, 1, 2]);
  takeBack();
  await tab.waitForStatus("online");
});

test("@G11 a realm that is not back yet after a restart does not end the session", async ({
  tabs,
  router,
}) => {
  const dev = needsFaults(router);
  const tab = await tabs.open({ retry });
  const lost = await tab.listenForStatus("waiting");
  dev.faults.abortNext("wamp.error.no_such_realm");

  dev.faults.goodbye("wamp.close.close_realm");

  await lost();
  await tab.waitForStatus("online");
});

test("@G11 a stale ticket of one tab gives way to that of another after a reconnect", async ({
  tabs,
  router,
}) => {
  const [first, second] = [await tabs.blank({ retry }), await tabs.blank({ retry })];
  const tickets = [
    [first, [joe.ticket, "stale"]],
    [second, [joe.ticket]],
  ] as const;
  for (const [tab, answers] of tickets) {
    await tab.page.evaluate(
      async ([options, authid, answers]) => {
        let asked = 0;
        const secret = () => answers[Math.min(asked++, answers.length - 1)] ?? "";
        window.session = await window.wampMux.connect({
          ...options,
          auth: { method: "ticket", authid, secret },
        });
        await window.session.ready;
      },
      [tab.options, joe.authid, answers] as const,
    );
  }
  const lost = await first.listenForStatus("waiting");

  router.proxy.drop();

  await lost();
  await Promise.all([first.waitForStatus("online"), second.waitForStatus("online")]);
  expect(await first.sessionId()).toBe(await second.sessionId());
});

test("@G1 a reload with another secret replaces a session that only lingers", async ({ tabs }) => {
  // It keeps the worker alive, with a session of its own.
  const other = await tabs.open({ principal: "other" });
  const first = await tabs.open({ principal: joe.authid, linger: 3_600_000 });
  const before = await first.sessionId();
  await first.page.close();
  await other.inspectUntil(({ sessions }) => sessions.some(({ tabs }) => tabs.length === 0));

  const next = await tabs.open({ auth: ticket });

  expect(await next.status()).toMatchObject({ state: "online", authid: joe.authid });
  expect(await next.sessionId()).not.toBe(before);
  expect((await next.inspect()).sessions).toHaveLength(2);
});

test("@G1 a tab whose secret differs from the accepted one is expelled, and the others stay", async ({
  tabs,
  router,
}) => {
  const [asked, intruder] = [await tabs.blank(), await tabs.blank()];
  router.proxy.stall(true);
  await asked.attach({ auth: ticket });
  expect(await intruder.attach({ auth: { ...ticket, secret: "wrong" } })).toMatchObject({ ok: true });
  await intruder.startCall("call", "wamp.session.count");

  router.proxy.stall(false);

  expect(await intruder.page.evaluate(() => window.kit.outcome(window.session.ready))).toMatchObject({
    ok: false,
    error: { name: "JoinError", uri: "wamp.error.authentication_failed" },
  });
  expect(await intruder.settled("call")).toMatchObject({ ok: false, error: { name: "SessionClosedError" } });
  await asked.waitForStatus("online");
  expect((await asked.inspect()).sessions[0]?.tabs).toHaveLength(1);
});
