import { expect, joe, test } from "./support/fixtures.js";

test("a ticket logs in, and the status has the authid of WELCOME", async ({ tabs }) => {
  const [tab, sibling] = await tabs.two({
    auth: { method: "ticket", authid: joe.authid, secret: joe.ticket },
  });

  expect(await tab.status()).toMatchObject({ state: "online", authid: joe.authid });
  expect(await sibling.sessionId()).toBe(await tab.sessionId());
  expect((await tab.inspect()).sessions).toMatchObject([{ principal: joe.authid }]);
});

test("a function provides the ticket when the router asks for it", async ({ tabs }) => {
  const tab = await tabs.blank();

  const asked = await tab.page.evaluate(
    async ([options, { authid, ticket }]) => {
      let asked = 0;
      const secret = async () => {
        asked += 1;
        await Promise.resolve();
        return ticket;
      };
      window.session = await window.wampMux.connect({
        ...options,
        auth: { method: "ticket", authid, secret },
      });
      await window.session.ready;
      return asked;
    },
    [tab.options, joe] as const,
  );

  expect(asked).toBe(1);
  expect(await tab.status()).toMatchObject({ state: "online", authid: joe.authid });
});

test("a wrong ticket rejects `ready` with the router's reason, and the right one logs in afterwards", async ({
  tabs,
}) => {
  const tab = await tabs.blank();
  await tab.attach({ auth: { method: "ticket", authid: joe.authid, secret: "wrong" } });

  const outcome = await tab.page.evaluate(() => window.kit.outcome(window.session.ready));

  expect(outcome).toMatchObject({
    ok: false,
    error: { name: "JoinError", uri: expect.stringMatching(/^wamp\.error\./) as unknown },
  });
  await tab.connect({ auth: { method: "ticket", authid: joe.authid, secret: joe.ticket } });
  expect(await tab.status()).toMatchObject({ state: "online", authid: joe.authid });
});

test("a secret function that fails is reported, and called again at the next attempt", async ({ tabs }) => {
  const tab = await tabs.blank({ retry: { initialDelay: 1 } });

  const waiting = await tab.page.evaluate(
    async ([options, { authid, ticket }]) => {
      let asked = 0;
      const secret = () => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error("the user went away")) : ticket;
      };
      window.session = await window.wampMux.connect({
        ...options,
        auth: { method: "ticket", authid, secret },
      });
      return new Promise((resolve) => {
        window.session.on("status", (status) => {
          if (status.state === "waiting") resolve(window.kit.error(status.reason));
        });
      });
    },
    [tab.options, joe] as const,
  );

  expect(waiting).toMatchObject({
    name: "JoinError",
    message: expect.stringContaining("the user went away"),
  });
  await tab.waitForStatus("online");
});

test("@G1 a tab with another secret cannot join joe's session", async ({ tabs }) => {
  const auth = { method: "ticket", authid: joe.authid, secret: joe.ticket } as const;
  const first = await tabs.open({ auth });
  const intruder = await tabs.blank();

  expect(await intruder.attach({ auth: { ...auth, secret: "wrong" } })).toMatchObject({
    ok: false,
    error: { name: "JoinError" },
  });
  expect(await first.status()).toMatchObject({ state: "online" });
  expect((await first.inspect()).sessions[0]?.tabs).toHaveLength(1);
  await intruder.connect({ auth });
  expect(await intruder.sessionId()).toBe(await first.sessionId());
});
