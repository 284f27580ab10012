import { expect, test } from "./support/fixtures.js";
import type { Tab } from "./support/tab.js";

/** Starts to record what scripts write into a page's console; returns a function that reads the lines. */
async function consoleOf(tab: Tab): Promise<() => Promise<readonly string[]>> {
  await tab.page.evaluate(() => {
    const recorder = window.kit.recorder<string>("console");
    for (const method of ["debug", "info", "log", "warn", "error"] as const)
      console[method] = (...parts: unknown[]) => recorder.add(`${method}: ${parts.map(String).join(" ")}`);
  });
  return () => tab.page.evaluate(() => window.kit.recorder<string>("console").items);
}

test("@G26 a backend addresses one tab by the identity that it sends, while WAMP's session id means all tabs", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [buyer, sibling] = await tabs.two();
  const [tab, other] = await Promise.all(
    [buyer, sibling].map(({ page }) => page.evaluate(() => window.session.tab)),
  );
  expect([tab, other]).toEqual([
    expect.stringMatching(/^[a-z0-9]{32}$/),
    expect.not.stringContaining(`${tab}`),
  ]);
  const session = await buyer.sessionId();
  for (const each of [buyer, sibling]) {
    await each.subscribe(uri("news"));
    await each.subscribe(uri(`tab.${await each.page.evaluate(() => window.session.tab)}`), {}, "mine");
  }
  await foreign.register(uri("order"), ({ kwargs, result }) => {
    const send = async () => {
      await foreign.publish(uri(`tab.${String(kwargs["_tab"])}`), ["for one tab"]);
      await foreign.publish(uri("news"), ["for nobody here"], {}, { exclude: [session] });
      await foreign.publish(uri("news"), ["for the others"], { _tab: kwargs["_tab"] });
      result([kwargs["_tab"]], { ...kwargs });
    };
    void send();
  });

  const answer = await buyer.call(uri("order"), ["book"], { sendTab: true, kwargs: { count: 2 } });

  expect(answer).toBe(tab);
  expect(await buyer.firstArgs("mine", 1)).toEqual(["for one tab"]);
  for (const each of [buyer, sibling]) {
    const events = await each.events(uri("news"), 1);
    expect(events).toMatchObject([{ args: ["for the others"], kwargs: { _tab: tab } }]);
  }
  const mine = await sibling.page.evaluate(() => window.kit.recorder("mine").items);
  expect(mine).toEqual([]);
});

test("@G26 a foreign subscriber gets the identity of the tab that publishes with `sendTab`, and no other", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two();
  const events = await foreign.subscribe(uri("chat"));

  await first.publish(uri("chat"), ["hi"], { sendTab: true, acknowledge: true });
  await second.publish(uri("chat"), ["ho"], { acknowledge: true });

  const tab = await first.page.evaluate(() => window.session.tab);
  expect((await events.waitForCount(2)).map(({ kwargs }) => kwargs)).toEqual([{ _tab: tab }, {}]);
});

test("@G25 a wrong address is told once in the console, without its secrets, and the worker's console says nothing", async ({
  tabs,
}) => {
  const workerUrl = `${tabs.pages.origin}/e2e/pages/logging-worker.js`;
  const tab = await tabs.blank({ url: "/no/router?token=s3cret", retry: { initialDelay: 1 }, workerUrl });
  const lines = await consoleOf(tab);
  await tab.page.evaluate(() => {
    const worker = window.kit.recorder<string>("worker");
    new BroadcastChannel("console").onmessage = ({ data }) => worker.add(String(data));
  });
  await tab.attach();
  await expect.poll(lines).toHaveLength(1);
  // The next failure of the same kind.
  const again = await tab.listenForStatus("connecting");
  await again();
  await tab.waitForStatus("waiting");

  const address = `${tabs.pages.origin.replace("http", "ws")}/no/router`;
  const told = await lines();
  expect(told).toEqual([expect.stringContaining(`warn: wamp-mux: no session on ${address} yet: `)]);
  expect(told.join("")).not.toContain("s3cret");
  expect(await tab.page.evaluate(() => window.kit.recorder("worker").items)).toEqual([]);
});

test("@G25 nothing is in the console of a page that is connected, or listens to its failures", async ({
  tabs,
  router,
}) => {
  // As new WebSocket, the package takes a URL of http: for one of ws:.
  const fine = await tabs.blank({ url: router.url.replace("ws", "http") });
  const listening = await tabs.blank({ url: "/no/router", retry: { initialDelay: 1 } });
  const lines = [await consoleOf(fine), await consoleOf(listening)];
  await fine.connect();
  await listening.page.evaluate(async (options) => {
    window.session = await window.wampMux.connect(options);
    window.session.on("status", () => {});
  }, listening.options);
  await listening.waitForStatus("waiting");
  await (
    await listening.listenForStatus("connecting")
  )();
  await listening.waitForStatus("waiting");

  expect(await fine.status()).toMatchObject({ state: "online", url: router.url });
  expect(await Promise.all(lines.map((read) => read()))).toEqual([[], []]);
});

test("@G25 a mistake of a handler is an uncaught error of its own page, and an answer for the caller", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [callee, caller] = await tabs.two();
  tabs.expectErrors();
  await callee.page.evaluate(async (procedure) => {
    addEventListener("error", ({ error }) => window.kit.recorder("uncaught").add(String(error)));
    const handler = ([user]: [{ name: string } | undefined]) => (user as { name: string }).name;
    window.kit.track(procedure, await window.session.register(procedure, handler));
  }, uri("name"));

  await expect(foreign.call(uri("name"))).rejects.toMatchObject({ uri: "wamp.error.runtime_error" });

  const [error] = await callee.events("uncaught", 1);
  expect(error).toContain("TypeError");
  expect(await caller.call(uri("name"), [{ name: "joe" }])).toBe("joe");
});
