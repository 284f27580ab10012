import { expect, test } from "./support/fixtures.js";

/** Pairs of options that `connect()` must refuse and the text that its error has to contain. */
const refused = [
  [{ url: "https://example.org/#top" }, "https://example.org/"],
  [{ url: [] }, "url"],
  [{ url: 7 }, "url"],
  [{ realm: "" }, "realm"],
  [{ realm: "a b" }, "a b"],
  [{ realm: 7 }, "realm"],
  [{ principal: 7 }, "principal"],
  [{ serializers: [] }, "serializers"],
  [{ serializers: ["xml"] }, "xml"],
  [{ auth: { method: "magic" } }, "auth.method"],
  [{ auth: { method: "ticket", authid: "joe" } }, "secret"],
  [{ query: 7 }, "query"],
  [{ allowInsecureRouter: "yes" }, "allowInsecureRouter"],
  [{ attachTimeout: -1 }, "attachTimeout"],
  [{ connectTimeout: "soon" }, "connectTimeout"],
  [{ requestTimeout: Number.NaN }, "requestTimeout"],
  [{ attachTimeout: 0 }, "attachTimeout"],
  [{ connectTimeout: 0 }, "connectTimeout"],
  [{ requestTimeout: 0 }, "requestTimeout"],
  [{ callTimeout: -1 }, "callTimeout"],
  [{ offline: "durable" }, "durable"],
  [{ linger: -1 }, "linger"],
  [{ retry: { initialDelay: 0 } }, "initialDelay"],
  [{ retry: { initialDelay: 2, maxDelay: 1 } }, "maxDelay"],
  [{ retry: { maxAttempts: "many" } }, "maxAttempts"],
  [{ limits: { maxRequests: 0 } }, "maxRequests"],
  [{ maxMessageSize: 0 }, "maxMessageSize"],
  [{ uriRules: "lax" }, "lax"],
] as const;

test("invalid options are refused with an error that names the value, and leave nothing behind", async ({
  tabs,
  router,
}) => {
  const tab = await tabs.blank();

  for (const [options, named] of refused) {
    const outcome = await tab.page.evaluate(
      (options) => {
        const asked: unknown = Reflect.apply(window.wampMux.connect, undefined, [options]);
        return window.kit.outcome(Promise.resolve(asked));
      },
      { ...tab.options, ...options },
    );
    expect(outcome, JSON.stringify(options)).toMatchObject({
      ok: false,
      error: { name: "InvalidArgumentError", message: expect.stringContaining(named) as unknown },
    });
  }

  expect(router.proxy.connections()).toBe(0);
  await tab.connect();
  expect((await tab.inspect()).sessions).toHaveLength(1);
  expect(router.proxy.connections()).toBe(1);
});

test("connect() without options is refused", async ({ tabs }) => {
  const tab = await tabs.blank();
  const outcome = await tab.page.evaluate(() => {
    const asked: unknown = Reflect.apply(window.wampMux.connect, undefined, []);
    return window.kit.outcome(Promise.resolve(asked));
  });
  expect(outcome).toMatchObject({ ok: false, error: { name: "InvalidArgumentError" } });
});
