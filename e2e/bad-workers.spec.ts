import { expect, test } from "./support/fixtures.js";

for (const { script, reason } of [
  { script: "missing.js", reason: "not-found" },
  { script: "broken-server.js", reason: "network" },
  { script: "wrong-type.js", reason: "wrong-type" },
  { script: "syntax-error.js", reason: "script" },
  { script: "throws.js", reason: "script" },
  { script: "silent.js", reason: "timeout" },
  { script: "never-loads.js", reason: "timeout" },
  { script: "no-answer.js", reason: "network" },
] as const) {
  test(`a worker from ${script} rejects connect() and says "${reason}"`, async ({ tabs, pages, router }) => {
    const tab = await tabs.blank();
    const workerUrl = pages.badWorker(script);
    // The test waits out the timeout only where silence is the fault.
    const attachTimeout = reason === "timeout" ? 1_000 : 10_000;

    expect(await tab.attach({ workerUrl, attachTimeout })).toMatchObject({
      ok: false,
      error: {
        name: "WorkerStartError",
        reason,
        url: workerUrl,
        message: expect.stringContaining(script) as unknown,
      },
    });

    // The page is not harmed: it can connect afterwards.
    await tab.connect();
    expect(await tab.status()).toMatchObject({ state: "online" });
    expect(router.proxy.connections()).toBe(1);
  });
}

test('a Content-Security-Policy without workers rejects connect() and says "csp"', async ({
  tabs,
  pages,
}) => {
  const tab = await tabs.blank({}, pages.withoutWorkers);
  expect(await tab.attach()).toMatchObject({
    ok: false,
    error: { name: "WorkerStartError", reason: "csp", url: expect.stringContaining("worker.js") as unknown },
  });
});

test("@G19 a worker of another contract version rejects connect() and names both versions", async ({
  tabs,
  pages,
  router,
}) => {
  const tab = await tabs.blank();
  const workerUrl = pages.badWorker("other-contract.js");

  expect(await tab.attach({ workerUrl })).toMatchObject({
    ok: false,
    error: { name: "ContractMismatchError", tab: expect.any(Number) as unknown, worker: 999 },
  });
  expect(router.proxy.connections()).toBe(0);
});

for (const workerUrl of [
  "data:text/javascript,onconnect=()=>{}",
  "blob:http://127.0.0.1/0",
  "file:///worker.js",
  "http://[",
  7,
]) {
  test(`the worker URL ${workerUrl} is refused`, async ({ tabs }) => {
    const tab = await tabs.blank();

    const outcome = await tab.page.evaluate(
      ([options, workerUrl]) => {
        const asked: unknown = Reflect.apply(window.wampMux.connect, undefined, [{ ...options, workerUrl }]);
        return window.kit.outcome(Promise.resolve(asked));
      },
      [tab.options, workerUrl] as const,
    );

    expect(outcome).toMatchObject({
      ok: false,
      error: {
        name: "InvalidArgumentError",
        message: expect.stringContaining("connect(): options.workerUrl is ") as unknown,
      },
    });
  });
}

test("a worker URL of another origin is refused", async ({ tabs }) => {
  const tab = await tabs.blank();
  expect(await tab.attach({ workerUrl: "http://127.0.0.1:1/worker.js" })).toMatchObject({
    ok: false,
    error: {
      isWampMuxError: true,
      message: expect.stringContaining("http://127.0.0.1:1/worker.js") as unknown,
    },
  });
});
