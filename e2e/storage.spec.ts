import { startTcpProxy } from "../scripts/tcp-proxy.mjs";
import { expect, joe, test } from "./support/fixtures.js";
import { everythingStored, storedWith } from "./support/stored.js";

test("@G15 on WELCOME the session stores the data that it needs to be resumed, without a secret", async ({
  tabs,
}) => {
  const tab = await tabs.open({ auth: { method: "ticket", authid: joe.authid, secret: joe.ticket } });

  const stored = await storedWith(tab, String(await tab.sessionId()));

  for (const part of [tab.options.realm, joe.authid, String(tab.options.url)]) expect(stored).toContain(part);
  expect(stored).not.toContain(joe.ticket);
});

test("@G15 the router URL that worked is tried first by the next worker", async ({ tabs, router }) => {
  const { hostname, port } = new URL(router.url);
  const dead = await startTcpProxy({ host: hostname, port: Number(port) });
  dead.refuse(true);
  const url = [`ws://127.0.0.1:${dead.port}/`, router.url];
  const tab = await tabs.open({ url, retry: { initialDelay: 1 } });
  expect(await tab.status()).toMatchObject({ state: "online", url: router.url });
  await storedWith(tab, String(await tab.sessionId()));
  await tab.leave();
  // The first URL would work as well from here on.
  dead.refuse(false);
  const { origin } = tabs.pages;

  // A worker with another URL is a new one, which knows only the stored data.
  const next = await tabs.open({ url, workerUrl: `${origin}/dist/worker.js?next` });

  expect(await next.status()).toMatchObject({ state: "online", url: router.url });
  expect(dead.connections()).toBe(0);
  await dead.close();
});

test("@G15 without a record the URLs are tried in their order", async ({ tabs, router }) => {
  const { hostname, port } = new URL(router.url);
  const other = await startTcpProxy({ host: hostname, port: Number(port) });

  const tab = await tabs.open({ url: [`ws://127.0.0.1:${other.port}/`, router.url] });

  expect(await tab.status()).toMatchObject({ state: "online", url: `ws://127.0.0.1:${other.port}/` });
  expect(other.connections()).toBe(1);
  await tab.leave();
  await other.close();
});

test("@G15 a token in the URL is not stored: there is one record, and one session, whatever the token", async ({
  tabs,
  tap,
}) => {
  const withToken = (token: string) => ({ url: `${tap.url}?token=${token}`, serializers: ["json"] as const });
  const first = await tabs.open(withToken("s3cret-1"));
  const second = await tabs.open(withToken("s3cret-2"));
  expect(await second.sessionId()).toBe(await first.sessionId());
  expect(await second.status()).toMatchObject({ url: tap.url });

  const stored = await storedWith(first, String(await first.sessionId()));

  expect(stored).not.toContain("s3cret");
  expect(stored.split("resume:")).toHaveLength(2);
  const lost = await first.listenForStatus("waiting");
  tap.drop();
  await lost();
  await first.waitForStatus("online");
  expect(tap.requests).toEqual(["/?token=s3cret-1", "/?token=s3cret-2"]);
  await first.leave();
  await second.leave();
  expect(await everythingStored(first)).not.toContain("s3cret");
});

test("@G15 a function provides the query of each connection", async ({ tabs, tap }) => {
  const tab = await tabs.blank({ url: `${tap.url}?x=1`, serializers: ["json"], retry: { initialDelay: 1 } });
  await tab.page.evaluate(async (options) => {
    let asked = 0;
    const query = () => Promise.resolve(`token=${(asked += 1)}`);
    window.session = await window.wampMux.connect({ ...options, query });
    await window.session.ready;
  }, tab.options);
  const lost = await tab.listenForStatus("waiting");

  tap.drop();

  await lost();
  await tab.waitForStatus("online");
  expect(tap.requests).toEqual(["/?x=1&token=1", "/?x=1&token=2"]);
});
