import type { CDPSession, Page } from "@playwright/test";
import type { SessionStatus } from "wamp-mux";
import { allOnline, dropConnection, quickRetry as retry } from "./support/connection.js";
import { browserUnderTest } from "./browser-name.js";
import { expect, test } from "./support/fixtures.js";
import { lacks } from "./support/needs.js";
import { everythingStored, storedWith } from "./support/stored.js";
import type { RouterUnderTest } from "./support/router.js";
import type { Tab } from "./support/tab.js";

const database = "wamp-mux";

/** Opens the worker's database in the page, as a build of another version would, and keeps the connection when another version wants it closed. */
function occupy(tab: Tab, version: number): Promise<void> {
  return tab.page.evaluate(
    ([name, version]) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onupgradeneeded = () => request.result.createObjectStore("resume");
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
        request.onsuccess = () => {
          Object.assign(window, { occupied: request.result });
          resolve();
        };
      }),
    [database, version] as const,
  );
}

function release(tab: Tab): Promise<void> {
  return tab.page.evaluate(() => (window as unknown as { occupied: IDBDatabase }).occupied.close());
}

/** Deletes the worker's database; resolves with what happened to the attempt first. */
function deleteDatabase(tab: Tab): Promise<string> {
  return tab.page.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        const request = indexedDB.deleteDatabase(name);
        for (const type of ["success", "error", "blocked"])
          request.addEventListener(type, () => resolve(type));
      }),
    database,
  );
}

/** Resolves when the session is online and its storage is of this kind. */
function waitForStorage(tab: Tab, kind: SessionStatus["storage"]["kind"]): Promise<SessionStatus["storage"]> {
  return tab.page.evaluate(
    (kind) =>
      new Promise<SessionStatus["storage"]>((resolve) => {
        const look = ({ state, storage }: SessionStatus): void => {
          if (state === "online" && storage.kind === kind) resolve(storage);
        };
        window.session.on("status", look);
        look(window.session.status);
      }),
    kind,
  );
}

/** Shows that a session does all that it does with a disk: requests settle, and it comes back. */
async function works(tab: Tab, router: RouterUnderTest, uri: (name: string) => string): Promise<void> {
  await tab.subscribe(uri("topic"));
  await dropConnection(router, [tab]);
  await allOnline([tab]);
  await tab.publish(uri("topic"), ["back"], { acknowledge: true, excludeMe: false });
  expect(await tab.firstArgs(uri("topic"), 1)).toEqual(["back"]);
}

/** Skips the test in browsers whose storage cannot be told what to do. */
async function devtools(tab: Tab): Promise<CDPSession> {
  if (browserUnderTest !== "chromium") lacks("devtools.storage", "the browser has no DevTools protocol");
  const page = tab.page as Page;
  return page.context().newCDPSession(page);
}

test("@G15 a database of a newer build leaves the session working from memory, and its status says so", async ({
  tabs,
  router,
  uri,
}) => {
  const newer = await tabs.blank();
  await occupy(newer, 99);
  const tab = await tabs.open({ retry });

  expect(await waitForStorage(tab, "memory")).toMatchObject({
    reason: expect.stringContaining("VersionError"),
  });
  await works(tab, router, uri);

  await release(newer);
  expect(await deleteDatabase(newer)).toBe("success");
  await dropConnection(router, [tab]);
  await waitForStorage(tab, "indexeddb");
  await storedWith(tab, String(await tab.sessionId()));
});

test("@G15 an upgrade that a page blocks leaves the session working from memory, until the page lets go", async ({
  tabs,
  router,
  uri,
}) => {
  const older = await tabs.blank();
  await occupy(older, 1);
  const tab = await tabs.open({ retry });

  expect(await waitForStorage(tab, "memory")).toMatchObject({
    reason: expect.stringContaining("2000 ms"),
  });
  await works(tab, router, uri);

  await release(older);
  await dropConnection(router, [tab]);
  await waitForStorage(tab, "indexeddb");
  await storedWith(tab, String(await tab.sessionId()));
});

test("@G15 a page can delete the database under the worker, which then begins a new one", async ({
  tabs,
  router,
}) => {
  const tab = await tabs.open({ retry });
  await storedWith(tab, String(await tab.sessionId()));

  expect(await deleteDatabase(tab)).toBe("success");
  await dropConnection(router, [tab]);
  await allOnline([tab]);

  await storedWith(tab, String(await tab.sessionId()));
  expect(await tab.status()).toMatchObject({ storage: { kind: "indexeddb" } });
});

test("@G15 a database that the browser closes and clears under the worker is opened again", async ({
  tabs,
  pages,
  router,
}) => {
  const tab = await tabs.open({ retry });
  const browser = await devtools(tab);
  await storedWith(tab, String(await tab.sessionId()));

  await browser.send("Storage.clearDataForOrigin", { origin: pages.origin, storageTypes: "indexeddb" });
  expect(await everythingStored(tab)).toBe("[]");
  await dropConnection(router, [tab]);
  await allOnline([tab]);

  await storedWith(tab, String(await tab.sessionId()));
  expect(await tab.status()).toMatchObject({ storage: { kind: "indexeddb" } });
});

test("@G15 a full disk leaves the session working from memory, and refuses what must not be lost", async ({
  tabs,
  pages,
  router,
  uri,
}) => {
  const tab = await tabs.blank({ retry });
  const browser = await devtools(tab);
  // Before the first use of the database: the browser asks for the quota again only when it believes that there is no room.
  await browser.send("Storage.overrideQuotaForOrigin", { origin: pages.origin, quotaSize: 1 });
  await tab.connect();

  expect(await waitForStorage(tab, "memory")).toMatchObject({
    reason: expect.stringContaining("QuotaExceededError"),
  });
  expect(await tab.publishOutcome(uri("topic"), ["kept?"], { offline: "durable" })).toMatchObject({
    ok: false,
  });
  await works(tab, router, uri);
});

test("@G15 a disk that has room again is used again, also for what must not be lost", async ({
  tabs,
  pages,
  router,
  foreign,
  uri,
}) => {
  const tab = await tabs.blank({ retry });
  const browser = await devtools(tab);
  const { origin } = pages;
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await tab.connect();
  await waitForStorage(tab, "memory");
  const events = await foreign.subscribe(uri("topic"));

  // Without a size, the override ends.
  await browser.send("Storage.overrideQuotaForOrigin", { origin });
  expect(await tab.publishOutcome(uri("topic"), ["kept"], { offline: "durable" })).toMatchObject({
    ok: true,
  });

  expect(await events.waitForCount(1)).toMatchObject([{ args: ["kept"] }]);
  await dropConnection(router, [tab]);
  await waitForStorage(tab, "indexeddb");
  await storedWith(tab, String(await tab.sessionId()));
});

test("@G15 where the browser gives no storage, as in some private windows, the session works from memory", async ({
  tabs,
  pages,
  router,
  uri,
}) => {
  const tab = await tabs.open({ workerUrl: pages.badWorker("without-storage.js"), retry });

  expect(await waitForStorage(tab, "memory")).toMatchObject({
    reason: expect.stringContaining("SecurityError"),
  });
  await works(tab, router, uri);
  expect(await everythingStored(tab)).toBe("[]");
});
