import { afterEach, expect, it } from "vitest";
import { json, leftovers, startWorld } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

it("@G6 a thousand tabs that joined, used everything and departed leave the tables as they were", async () => {
  const world = await startWorld(1);
  const tables = () => {
    const { sent: _sent, received: _received, ...counted } = world.session;
    return { ...counted, timers: world.fake.clock.pending, locks: world.fake.locks.watching };
  };
  const before = tables();

  const tabs = Array.from({ length: 1_000 }, () => world.join());
  tabs.forEach((tab, index) => {
    tab.subscribe(`com.topic.${index % 100}`);
    tab.subscribe("com.all");
    tab.register("com.shared", { invoke: "roundrobin" });
    tab.register(`com.own.${index}`);
    tab.call("com.none");
    tab.publish(`com.topic.${index % 100}`, [index], { acknowledge: true });
  });
  await world.settle();
  world.router.publish("com.all", json("to everybody"));
  for (let index = 0; index < 1_000; index += 1) world.router.invoke("com.shared", json(index));
  await world.settle();
  expect(world.session.tabs).toHaveLength(1_001);
  expect(tabs.every((tab) => tab.heard.includes("to everybody"))).toBe(true);
  expect(tabs.map((tab) => tab.invocations.length)).toEqual(tabs.map(() => 1));

  for (const [index, tab] of tabs.entries()) {
    if (index % 2 === 0) world.kill(tab);
    else await world.leave(tab);
  }
  // Until the timer of a session that waited for room has passed.
  await world.advance(20);
  expect(tables()).toEqual(before);
});
