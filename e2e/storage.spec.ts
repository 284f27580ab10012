import { startTcpProxy } from "../scripts/tcp-proxy.mjs";
import { expect, joe, test } from "./support/fixtures.js";
import { needsTickets } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

/** Reads everything that the origin has in IndexedDB, as text. */
function everythingStored(tab: Tab): Promise<string> {
  return tab.page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
      });
    const found: unknown[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        found.push(name, store, await done(objects.getAllKeys()), await done(objects.getAll()));
      }
      database.close();
    }
    return JSON.stringify(found);
  });
}

/** Reads until the text is stored: the record is written some time after WELCOME, without an event. */
async function storedWith(tab: Tab, part: string): Promise<string> {
  for (;;) {
    const text = await everythingStored(tab);
    if (text.includes(part)) return text;
  }
}

test("@G15 on WELCOME the session stores the data that it needs to be resumed, without a secret", async ({
  tabs,
  router,
}) => {
  needsTickets(router);
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
