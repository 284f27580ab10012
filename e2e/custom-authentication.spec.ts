import type { CustomMethod } from "wamp-mux/router";
import { expect, joe, test } from "./support/fixtures.js";
import { needsMethod } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

const PIN = "1234";

/** The method of `e2e/routers/nexus/pin.go` for the development router. */
const pin: CustomMethod = {
  challenge: ({ authid }) => (authid === joe.authid ? { nonce: crypto.randomUUID() } : undefined),
  check: ({ signature, extra, challenge, hello }) =>
    signature === `${String(challenge["nonce"])}:${PIN}` && {
      authrole: "authenticated",
      authextra: {
        authrole: hello["authrole"],
        authextra: hello["authextra"],
        x_build: hello["x_build"],
        extra,
      },
    },
};

/** Connects with a PIN, and with all that an application can add to HELLO and AUTHENTICATE. Resolves with the outcome. */
function connectWith(tab: Tab, pin: string, authid: string = joe.authid) {
  return tab.page.evaluate(
    async ([options, pin, authid]) => {
      window.session = await window.wampMux.connect({
        ...options,
        auth: {
          method: "pin",
          authid,
          authrole: "operator",
          authextra: { device: 7 },
          sign: ({ challenge }) => ({
            signature: `${String(challenge["nonce"])}:${pin}`,
            extra: { attempt: 1 },
          }),
        },
        hello: { x_build: "2026.11" },
      });
      return window.kit.outcome(window.session.ready);
    },
    [tab.options, pin, authid] as const,
  );
}

test.describe("a method of the application's own", () => {
  test.use({ devOptions: { auth: { custom: { pin } } } });

  test("@G27 logs all tabs in; the router gets the details of HELLO, and AUTHENTICATE.Extra", async ({
    tabs,
    router,
  }) => {
    needsMethod(router, "custom");
    const [tab, sibling] = [await tabs.blank({ retry: { initialDelay: 1 } }), await tabs.blank()];
    expect(await connectWith(tab, PIN)).toMatchObject({ ok: true });
    expect(await connectWith(sibling, PIN)).toMatchObject({ ok: true });

    expect(await sibling.sessionId()).toBe(await tab.sessionId());
    const identity = {
      state: "online",
      authid: joe.authid,
      authrole: "authenticated",
      details: {
        authmethod: "pin",
        authextra: {
          authrole: "operator",
          authextra: { device: 7 },
          x_build: "2026.11",
          extra: { attempt: 1 },
        },
      },
    };
    expect(await sibling.status()).toMatchObject(identity);
    const first = await tab.sessionId();
    router.proxy.drop();
    await expect.poll(() => tab.status()).not.toMatchObject({ session: first });
    expect(await tab.waitForStatus("online")).toMatchObject(identity);
  });

  test("@G27 refuses a wrong answer by name, and the right one logs in afterwards", async ({
    tabs,
    router,
  }) => {
    needsMethod(router, "custom");
    const tab = await tabs.blank();
    const refused = await connectWith(tab, "9876");
    expect(refused).toMatchObject({
      ok: false,
      error: { name: "JoinError", uri: "wamp.error.authentication_failed" },
    });
    expect(JSON.stringify(refused)).not.toContain("9876");
    const unknown = router.name === "dev" ? "no_such_principal" : "authentication_failed";
    expect(await connectWith(tab, PIN, "stranger")).toMatchObject({
      ok: false,
      error: { name: "JoinError", uri: `wamp.error.${unknown}` },
    });
    expect(await connectWith(tab, PIN)).toMatchObject({ ok: true });
  });
});

test.describe("a router that takes the Base64 of an unsalted password as the key, as connectanum's does", () => {
  test.use({
    devOptions: { auth: { wampcra: { [joe.authid]: Buffer.from(joe.password).toString("base64") } } },
  });

  test("@G27 logs those in who say so, and nobody else", async ({ tabs, router }) => {
    needsMethod(router, "wampcra with connectanum's unsalted key");
    const auth = { method: "wampcra", authid: joe.authid, secret: joe.password } as const;
    const tab = await tabs.blank();
    await tab.attach({ auth });
    expect(await tab.page.evaluate(() => window.kit.outcome(window.session.ready))).toMatchObject({
      ok: false,
      error: { name: "JoinError", uri: "wamp.error.authentication_failed" },
    });
    await tab.connect({ auth: { ...auth, unsaltedKey: "base64" } });
    expect(await tab.status()).toMatchObject({ state: "online", authid: joe.authid });
  });
});
