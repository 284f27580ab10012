import { expect, test } from "./support/fixtures.js";

for (const part of [0.01, 0.1, 0.3, 0.7]) {
  test(`@G2 no event arrives after unsubscribe() has resolved, ${100 * part} % into a burst`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const topic = uri("topic");
    const after = Math.ceil(router.burst * part);
    const [tab, sibling] = await tabs.two();
    await sibling.subscribe(topic);
    await tab.subscribe(uri("fence"));
    await tab.page.evaluate(
      ([topic, after]) => {
        const count = { before: 0, later: 0 };
        let ended = false;
        window.kit.start("ended", async () => {
          const enough = new Promise<void>((resolve) => {
            void window.session
              .subscribe(topic, () => {
                if (ended) count.later += 1;
                else count.before += 1;
                if (count.before === after) resolve();
              })
              .then((handle) => {
                window.kit.track("handle", handle);
                window.kit.recorder("subscribed").add(true);
              });
          });
          await enough;
          await window.kit.end("handle");
          ended = true;
          return count;
        });
      },
      [topic, after] as const,
    );
    await tab.events("subscribed", 1);

    await Promise.all(Array.from({ length: router.burst }, (_, n) => foreign.publish(topic, [n])));
    await tab.settled("ended");
    // The whole burst has passed when the fence arrives.
    await foreign.publish(uri("fence"), ["fence"]);
    await tab.events(uri("fence"), 1);

    expect(await tab.settled("ended")).toMatchObject({ ok: true, value: { later: 0 } });
    // The sibling on the same wire subscription gets every event.
    expect(await sibling.firstArgs(topic, router.burst)).toEqual(
      Array.from({ length: router.burst }, (_, n) => n),
    );
  });
}

test("@G2 handles are idempotent and disposable, and say whether they are active", async ({ tabs, uri }) => {
  const tab = await tabs.open();

  const states = await tab.page.evaluate(
    async ([topic, procedure]) => {
      const subscription = await window.session.subscribe(topic, () => {});
      const registration = await window.session.register(procedure, () => {});
      const active = () => [subscription.active, registration.active];
      const states = [active()];
      await Promise.all([subscription.unsubscribe(), subscription.unsubscribe()]);
      await registration.unregister();
      states.push(active());
      await subscription[Symbol.asyncDispose]();
      await registration[Symbol.asyncDispose]();
      await registration.unregister();
      states.push(active());
      return [states, await subscription.ended, await registration.ended];
    },
    [uri("topic"), uri("p")] as const,
  );

  expect(states).toEqual([
    [
      [true, true],
      [false, false],
      [false, false],
    ],
    undefined,
    undefined,
  ]);
});

test("@G2 a late event for an ended subscription is ignored", async ({ tabs, router, foreign, uri }) => {
  const topic = uri("topic");
  const tab = await tabs.open();
  await tab.subscribe(topic);
  router.proxy.stall(true);
  await tab.page.evaluate((topic) => {
    window.kit.start("unsubscribed", () => window.kit.end(topic));
  }, topic);
  await foreign.publish(topic, ["late"]);

  router.proxy.stall(false);

  expect(await tab.settled("unsubscribed")).toMatchObject({ ok: true });
  await tab.subscribe(topic, {}, "again");
  await foreign.publish(topic, ["new"]);
  expect(await tab.firstArgs("again", 1)).toEqual(["new"]);
  expect(await tab.events(topic, 0)).toEqual([]);
});
