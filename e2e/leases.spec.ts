import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import type { Tab } from "./support/tab.js";

function seen(tab: Tab, count: number): Promise<string[]> {
  return tab.page.evaluate((count) => window.kit.recorder<string>("events").waitForCount(count), count);
}

test("@G1 two components of a page get each event, and the end of one leaves the other's session alone", async ({
  tabs,
  foreign,
  uri,
  router,
}) => {
  const tab = await tabs.open();
  const id = await tab.sessionId();
  await tab.page.evaluate(
    async ([options, topic, procedure]) => {
      const mount = async (name: string) => {
        const session = await window.wampMux.connect(options);
        const { add } = window.kit.recorder<string>("events");
        await session.subscribe(topic, ({ args }) => add(`${name} ${String(args[0])}`));
        await session.register(`${procedure}.${name}`, () => name);
        return session;
      };
      const [a, b] = [await mount("a"), await mount("b")];
      Object.assign(window, { a, b });
    },
    [tab.options, uri("topic"), uri("p")] as const,
  );
  await foreign.publish(uri("topic"), ["first"]);
  expect(await seen(tab, 2)).toEqual(["a first", "b first"]);

  const states = await tab.page.evaluate(async () => {
    const { a, b } = window as unknown as Record<"a" | "b", typeof window.session>;
    await a.leave();
    return [a.status.state, (await a.closed).kind, b.status.state, window.session.status.state];
  });
  expect(states).toEqual(["closed", "left", "online", "online"]);
  // The router has released the component's registration by now.
  await expect(foreign.call(`${uri("p")}.a`)).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
  expect(await foreign.call(`${uri("p")}.b`)).toMatchObject({ args: ["b"] });
  await foreign.publish(uri("topic"), ["second"]);
  await foreign.publish(uri("topic"), ["third"]);
  expect(await seen(tab, 4)).toEqual(["a first", "b first", "b second", "b third"]);
  const [session] = (await tab.inspect()).sessions;
  expect([session?.wireSubscriptions.length, session?.wireRegistrations.length]).toEqual([1, 1]);
  expect(session?.wireSubscriptions[0]?.locals).toBe(1);

  await tab.page.evaluate(() => (window as unknown as Record<"b", typeof window.session>).b.leave());
  expect(await tab.sessionId()).toBe(id);
  expect(router.proxy.connections()).toBe(1);
});

test("@G1 a component that is mounted, unmounted and mounted again, as in React's StrictMode, keeps the session", async ({
  tabs,
  router,
}) => {
  const tab = await tabs.blank();

  const states = await tab.page.evaluate(async (options) => {
    const first = window.wampMux.connect(options);
    const cleanup = first.then((session) => session.leave());
    const second = window.wampMux.connect(options);
    await cleanup;
    window.session = await second;
    await window.session.ready;
    return [(await first).status.state, window.session.status.state];
  }, tab.options);

  expect(states).toEqual(["closed", "online"]);
  expect(router.proxy.connections()).toBe(1);
  expect((await tab.inspect()).sessions[0]?.tabs).toHaveLength(1);
});

test("@G18 a page leaves with its last lease, and a connect() right after that joins the router anew", async ({
  tabs,
  tap,
}) => {
  const tab = await tabs.open(tapped(tap, { linger: 600_000 }));
  const id = await tab.sessionId();

  await tab.page.evaluate(async (options) => {
    const other = await window.wampMux.connect(options);
    await window.session.leave();
    window.session = other;
  }, tab.options);
  expect(tap.sent("GOODBYE")).toEqual([]);
  expect(await tab.sessionId()).toBe(id);

  await tab.page.evaluate(async (options) => {
    const leaving = window.session.leave();
    window.session = await window.wampMux.connect(options);
    await leaving;
    await window.session.ready;
  }, tab.options);
  expect(tap.sent("GOODBYE")).toHaveLength(1);
  expect(await tab.sessionId()).not.toBe(id);
});

test("a session works behind a proxy, which is `this` when its members are called", async ({
  tabs,
  foreign,
  uri,
}) => {
  await foreign.register(uri("echo"), ({ args, result }) => result(args));
  const tab = await tabs.open();

  const seenThere = await tab.page.evaluate(async (procedure) => {
    const proxied = new Proxy(window.session, {});
    await proxied.ready;
    return [
      await proxied.call(procedure, ["echo"]),
      proxied.status.state,
      Object.prototype.toString.call(proxied),
    ];
  }, uri("echo"));

  expect(seenThere).toEqual(["echo", "online", "[object Session]"]);
});
