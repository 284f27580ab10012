import { expect, test } from "./support/fixtures.js";
import { valueOf } from "./support/tab.js";

declare global {
  /** The part of Trusted Types that the tests use; not in TypeScript's library yet. */
  const trustedTypes: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (url: string) => string },
    ): { createScriptURL(url: string): { toString(): string } };
  };
}

for (const workerUrl of [undefined, "/dist/worker.js"]) {
  test(`a page with Trusted Types has a session with the worker ${workerUrl ?? "of the package"}`, async ({
    tabs,
    pages,
    router,
  }) => {
    const options = workerUrl === undefined ? {} : { workerUrl };
    const tab = await tabs.blank(options, pages.trustedTypes("wamp-mux"));
    await tab.connect();
    const other = await tabs.open();
    expect(await tab.sessionId()).toBe(await other.sessionId());
    expect(router.proxy.connections()).toBe(1);
  });
}

test("a TrustedScriptURL of the application is enough", async ({ tabs, pages }) => {
  const tab = await tabs.blank({}, pages.trustedTypes("app"));
  const outcome = await tab.page.evaluate((options) => {
    const policy = trustedTypes.createPolicy("app", { createScriptURL: (url) => url });
    const workerUrl = policy.createScriptURL("/dist/worker.js");
    return window.kit.outcome(
      window.wampMux.connect({ ...options, workerUrl }).then((session) => {
        window.session = session;
        return session.status.workerUrl;
      }),
    );
  }, tab.options);
  expect(valueOf(outcome)).toBe(`${pages.origin}/dist/worker.js`);
});

test('a policy that is not allowed rejects connect() with the reason "csp" and names the directive', async ({
  tabs,
  pages,
}) => {
  const tab = await tabs.blank({}, pages.trustedTypes("app"));
  expect(await tab.attach()).toMatchObject({
    ok: false,
    error: {
      name: "WorkerStartError",
      reason: "csp",
      url: `${pages.origin}/dist/worker.js`,
      message: expect.stringContaining("add trusted-types wamp-mux to the policy") as unknown,
    },
  });
});

test("a second copy of the package, whose policy has the same name, names 'allow-duplicates'", async ({
  tabs,
  pages,
}) => {
  const tab = await tabs.blank({}, pages.trustedTypes("wamp-mux"));
  await tab.page.evaluate(() => {
    trustedTypes.createPolicy("wamp-mux", { createScriptURL: (url) => url });
  });
  expect(await tab.attach()).toMatchObject({
    ok: false,
    error: { reason: "csp", message: expect.stringContaining("'allow-duplicates'") as unknown },
  });
});

test("'allow-duplicates' lets a second copy of the package have its policy", async ({ tabs, pages }) => {
  const tab = await tabs.blank({}, pages.trustedTypes("wamp-mux 'allow-duplicates'"));
  await tab.page.evaluate(() => {
    trustedTypes.createPolicy("wamp-mux", { createScriptURL: (url) => url });
  });
  await tab.connect();
  expect(await tab.status()).toMatchObject({ state: "online" });
});
