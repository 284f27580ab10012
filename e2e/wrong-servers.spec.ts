import { expect, joe, test } from "./support/fixtures.js";
import { wrongServers } from "./support/wrong-servers.js";

const retry = { initialDelay: 1, maxDelay: 20, maxAttempts: 3 };
/** Milliseconds, for the servers that do not answer at all. */
const connectTimeout = 1_000;
const auth = { method: "ticket", authid: joe.authid, secret: joe.ticket } as const;

for (const [what, start] of Object.entries(wrongServers)) {
  test(`@G11 ${what} is a failed attempt: the next URL is tried, and the budget is used up`, async ({
    tabs,
    router,
  }) => {
    const server = await start();
    try {
      const tab = await tabs.open({ url: [server.url, router.url], auth, retry, connectTimeout });
      expect(await tab.status()).toMatchObject({ state: "online", url: router.url });
      await tab.leave();

      const other = await tabs.blank({ url: server.url, auth, retry, connectTimeout });
      await other.attach();
      const error = await other.page.evaluate(async () => {
        const reason = await window.session.closed;
        return reason.kind === "closed" ? window.kit.error(reason.error) : undefined;
      });
      expect(error).toMatchObject({
        name: "SessionClosedError",
        message: expect.stringContaining("3 consecutive"),
      });
      const count = server.connections();
      if (count !== undefined) expect(count).toBeGreaterThanOrEqual(4);
    } finally {
      await server.close();
    }
  });
}

test("@G11 the application judges a reason in a tab, and in another one if that is gone", async ({
  tabs,
  router,
}) => {
  const options = { url: router.url, realm: router.realm, retry: { initialDelay: 1, maxDelay: 20 } };
  const open = async (verdict: "never" | "fatal") => {
    const tab = await tabs.blank();
    await tab.page.evaluate(
      async ([options, verdict]) => {
        window.session = await window.wampMux.connect({
          ...options,
          isFatal: (reason) => {
            window.kit.recorder("reasons").add(reason.message);
            if (verdict === "never") return new Promise(() => {});
            return window.wampMux.isConnectionLostError(reason) && reason.code === 1006;
          },
        });
        await window.session.ready;
      },
      [options, verdict] as const,
    );
    return tab;
  };
  const [silent, judge] = [await open("never"), await open("fatal")];

  router.proxy.drop();

  await silent.page.evaluate(() => window.kit.recorder("reasons").waitForCount(1));
  await silent.page.close();
  const kind = await judge.page.evaluate(async () => (await window.session.closed).kind);
  expect(kind).toBe("closed");
});

test("@G11 while the browser has no network no attempt is made, and one when it has", async ({
  tabs,
  router,
}) => {
  const [tab, sibling] = await tabs.two({ retry: { initialDelay: 1, maxDelay: 20 } });
  const setOnline = (isOnline: boolean) =>
    [tab, sibling].map((one) =>
      one.page.evaluate((isOnline) => {
        Object.defineProperty(navigator, "onLine", { configurable: true, value: isOnline });
        dispatchEvent(new Event(isOnline ? "online" : "offline"));
      }, isOnline),
    );
  await Promise.all(setOnline(false));
  const offline = await sibling.listenForStatus("offline");
  router.proxy.drop();
  expect(await offline()).toMatchObject({ state: "offline", reason: { name: "ConnectionLostError" } });
  const before = router.proxy.connections();
  // The application can have an attempt made all the same.
  router.proxy.refuse(true);
  await tab.page.evaluate(() => window.session.reconnectNow());
  await tab.waitForStatus("offline");
  router.proxy.refuse(false);
  expect(router.proxy.connections()).toBe(before);

  await Promise.all(setOnline(true));

  await Promise.all([tab.waitForStatus("online"), sibling.waitForStatus("online")]);
  expect(router.proxy.connections()).toBe(before + 1);
});

test("@G11 leave() during the backoff ends it", async ({ tabs, router }) => {
  const tab = await tabs.open({ retry: { initialDelay: 20, maxDelay: 20 } });
  const lost = await tab.listenForStatus("waiting");
  router.proxy.refuse(true);
  router.proxy.drop();
  await lost();
  await tab.leave();
  router.proxy.refuse(false);
  const before = router.proxy.connections();
  // It would be the only one: another session has none.
  const other = await tabs.open({ principal: "other" });
  expect(router.proxy.connections()).toBe(before + 1);
  await other.leave();
});
