import type { SecretRequest } from "wamp-mux";
import { expect, joe, test } from "./support/fixtures.js";
import { needsMethod } from "./support/needs.js";
import { everythingStored, storedWith } from "./support/stored.js";
import type { Tab } from "./support/tab.js";

const { authid } = joe;

/** Connects with a ticket and WAMP-CRA, whose secrets the test gives with `give(tab, secret)`. */
function connectAsking(tab: Tab): Promise<void> {
  return tab.page.evaluate(
    async ([options, authid]) => {
      const asked = window.kit.recorder<object>("asked");
      const secret = ({ method, challenge, signal }: SecretRequest) =>
        new Promise<string>((resolve) => {
          asked.add({ method, hasChallenge: challenge !== undefined });
          signal.addEventListener("abort", () => window.kit.recorder("withdrawn").add(method));
          Object.assign(window, { give: resolve });
        });
      window.kit.recorder("withdrawn");
      window.session = await window.wampMux.connect({
        ...options,
        auth: [
          { method: "wampcra", authid, secret },
          { method: "ticket", authid, secret },
        ],
      });
    },
    [tab.options, authid] as const,
  );
}

const asked = (tab: Tab) => tab.page.evaluate(() => window.kit.recorder<object>("asked").items);
const withdrawn = (tab: Tab) => tab.page.evaluate(() => window.kit.recorder("withdrawn").items);
const give = (tab: Tab, secret: string) =>
  tab.page.evaluate((given) => (window as unknown as { give: (secret: string) => void }).give(given), secret);

test("@G27 of several methods, one tab is asked for that of the router's choice, and all see that it is", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "wampcra");
  const [tab, sibling] = [await tabs.blank(), await tabs.blank()];
  await connectAsking(tab);
  await connectAsking(sibling);

  for (const each of [tab, sibling]) {
    await each.waitForStatus("authenticating");
    expect(await each.status()).toMatchObject({
      state: "authenticating",
      asked: "secret",
      method: "wampcra",
    });
  }
  expect(await asked(tab)).toEqual([{ method: "wampcra", hasChallenge: true }]);
  await give(tab, joe.password);

  for (const each of [tab, sibling]) await each.waitForStatus("online");
  expect(await tab.status()).toMatchObject({ authid, details: { authmethod: "wampcra" } });
  expect(await sibling.sessionId()).toBe(await tab.sessionId());
});

test("@G27 the answer to a question outlives the connection that it was for, and the tab is not asked twice", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "wampcra");
  const tab = await tabs.blank({ retry: { initialDelay: 1 } });
  await connectAsking(tab);
  await tab.waitForStatus("authenticating");

  const again = await tab.listenForStatus("waiting");
  router.proxy.drop();
  await again();
  await tab.waitForStatus("authenticating");
  await give(tab, joe.password);

  await tab.waitForStatus("online");
  expect(await asked(tab)).toHaveLength(1);
});

test("@G27 when the tab that is asked closes, the next one is asked", async ({ tabs, router }) => {
  needsMethod(router, "wampcra");
  const [tab, sibling] = [await tabs.blank(), await tabs.blank()];
  await connectAsking(tab);
  await tab.waitForStatus("authenticating");
  await connectAsking(sibling);

  await tab.page.close();

  await expect.poll(() => asked(sibling)).toEqual([{ method: "wampcra", hasChallenge: true }]);
  await give(sibling, joe.password);
  await sibling.waitForStatus("online");
});

test("@G27 a question is withdrawn by its signal when it is asked anew, or the page leaves", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "wampcra");
  const tab = await tabs.blank();
  await connectAsking(tab);
  await tab.waitForStatus("authenticating");

  await tab.page.evaluate(() => window.session.reconnectNow());
  await expect.poll(() => asked(tab)).toHaveLength(2);
  expect(await withdrawn(tab)).toEqual(["wampcra"]);

  await tab.page.evaluate(() => window.session.leave());
  expect(await withdrawn(tab)).toEqual(["wampcra", "wampcra"]);
});

test("@G27 an application signs for cryptosign with a key that does not leave its tab", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "cryptosign");
  const tab = await tabs.blank();
  await tab.page.evaluate(
    async ([options, authid, seed, pubkey]) => {
      const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
      const hexOf = (bytes: Uint8Array) =>
        Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      const pkcs8 = bytesOf(`302e020100300506032b657004220420${seed}`);
      const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
      window.session = await window.wampMux.connect({
        ...options,
        auth: {
          method: "cryptosign",
          authid,
          authextra: { pubkey, channel_binding: null },
          sign: async ({ challenge }) => {
            const message = String(challenge["challenge"]);
            const signature = await crypto.subtle.sign("Ed25519", key, bytesOf(message));
            return hexOf(new Uint8Array(signature)) + message;
          },
        },
      });
      await window.session.ready;
    },
    [tab.options, authid, joe.privateKey, joe.publicKey] as const,
  );

  expect(await tab.status()).toMatchObject({
    state: "online",
    authid,
    details: { authmethod: "cryptosign" },
  });
});

test("@G27 reauthenticate() logs all tabs in, with what they have subscribed to and registered", async ({
  tabs,
}) => {
  const [tab, sibling] = await tabs.two();
  const before = await tab.sessionId();
  await sibling.page.evaluate(async () => {
    const heard = window.kit.recorder<unknown>("heard");
    const handles = [
      await window.session.subscribe("com.example.news", ({ args }) => heard.add(args[0])),
      await window.session.register("com.example.echo", ([value]) => value),
    ];
    Object.assign(window, { release: () => Promise.all(handles.map((each) => each[Symbol.asyncDispose]())) });
  });

  const refused = await tab.page.evaluate(
    (authid) =>
      window.kit.outcome(window.session.reauthenticate({ method: "ticket", authid, secret: "wrong" })),
    authid,
  );
  expect(refused).toMatchObject({ ok: false, error: { name: "JoinError" } });
  // The former identity comes back.
  for (const each of [tab, sibling]) await each.waitForStatus("online");
  expect(await tab.status()).not.toMatchObject({ authid });

  const answer = await tab.page.evaluate(
    async ([authid, secret]) => {
      await window.session.reauthenticate({ method: "ticket", authid, secret });
      const { status } = window.session;
      await window.session.publish("com.example.news", [7], { acknowledge: true });
      return [status.state === "online" && status.authid, await window.session.call("com.example.echo", [8])];
    },
    [authid, joe.ticket] as const,
  );

  expect(answer).toEqual([authid, 8]);
  expect(await sibling.status()).toMatchObject({
    state: "online",
    authid,
    details: { authmethod: "ticket" },
  });
  await expect.poll(() => sibling.page.evaluate(() => window.kit.recorder("heard").items)).toEqual([7]);
  const after = await tab.sessionId();
  expect(after).not.toBe(before);
  expect(await sibling.sessionId()).toBe(after);
  // A page that is opened now connects as the others did, and has a part in the session.
  const later = await tabs.open();
  expect(await later.status()).toMatchObject({ state: "online", authid });
  expect(await later.sessionId()).toBe(after);
  await sibling.page.evaluate(() => (window as unknown as { release: () => Promise<unknown> }).release());
});

test("@G17 @G27 all tabs come back logged in when the worker dies, with the secret of the one that gave it", async ({
  tabs,
}) => {
  const [creator, tab, sibling] = await tabs.three();
  await tab.page.evaluate(
    ([authid, secret]) => window.session.reauthenticate({ method: "ticket", authid, secret: () => secret }),
    [authid, joe.ticket] as const,
  );
  const survivors = [tab, sibling];
  const lost = await Promise.all(survivors.map((each) => each.listenForStatus("connecting")));

  await creator.crash();

  // Each page notices the death by itself, so that one may still show the former session while the other has lost it.
  await Promise.all(lost.map((seen) => seen()));
  for (const each of survivors) {
    await each.waitForStatus("online");
    expect(await each.status()).toMatchObject({ state: "online", authid });
  }
});

test("@G18 logout() ends the session of all tabs and wipes what is stored", async ({ tabs }) => {
  const [tab, sibling] = await tabs.two();
  const id = await tab.sessionId();
  await storedWith(tab, String(id));

  const reason = await tab.page.evaluate(async () => {
    await window.session.logout();
    return window.session.status.state === "closed" && window.session.status.reason.kind;
  });

  expect(reason).toBe("logged-out");
  expect(await sibling.page.evaluate(async () => (await window.session.closed).kind)).toBe("logged-out");
  expect(await everythingStored(tab)).not.toContain("resume:");
  await tab.connect();
  expect(await tab.sessionId()).not.toBe(id);
});
