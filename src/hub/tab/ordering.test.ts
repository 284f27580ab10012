import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

describe("the messages of a tab", () => {
  it("@G10 arrive in wire order: events of all its subscriptions, however they are batched", async () => {
    const { world, router, a } = await startTabs();
    a.subscribe("com.one");
    a.subscribe("com.two");
    a.subscribe("com.", { match: "prefix" });
    await world.settle();
    const resume = a.stall();
    for (let index = 0; index < 20; index += 1) {
      router.publish(index % 3 === 0 ? "com.two" : "com.one", json(index));
      if (index % 7 === 0) await world.settle();
    }
    await world.settle();
    expect(a.heard.length).toBeLessThan(40);
    resume();
    await world.settle();
    expect(a.heard).toEqual(Array.from({ length: 40 }, (_, index) => Math.floor(index / 2)));
  });

  it("@G10 name both handles in one event for two subscriptions to a topic", async () => {
    const { world, router, a } = await startTabs();
    const subscribed = [a.subscribe("com.one"), a.subscribe("com.one")];
    await world.settle();
    router.publish("com.one", json(1));
    await world.settle();
    expect(a.of("events")).toHaveLength(1);
    expect(a.events.map(({ subscription }) => subscription)).toEqual(subscribed.map(({ handle }) => handle));
  });

  it.each(["idle", "busy"])(
    "@G10 arrive in wire order: events, invocations and answers, while the tab is %s",
    async (how) => {
      const { world, router, a } = await startTabs();
      a.subscribe("com.one");
      a.register("com.do");
      await world.settle();
      const seen = a.notices.length;
      const resume = how === "busy" ? a.stall() : () => undefined;
      router.publish("com.one", json(0));
      router.publish("com.one", json(1));
      router.invoke("com.do", json("first"));
      router.publish("com.one", json(2));
      router.invoke("com.do", json("second"));
      a.call("com.none");
      await world.settle();
      resume();
      await world.settle();
      expect(a.notices.slice(seen).map(({ kind }) => kind)).toEqual([
        "events",
        "events",
        "invocation",
        "events",
        "invocation",
        "rejected",
      ]);
      expect(a.invocations.map(({ payload }) => payload)).toEqual([json("first"), json("second")]);
      for (const invocation of a.invocations) a.yield(invocation);
    },
  );

  it("@G10 are sent in order: requests of all kinds, even in batches", async () => {
    const { world, router, a } = await startTabs();
    a.batch(() => {
      a.publish("com.one", [1]);
      a.call("com.none", [2]);
      a.subscribe("com.one");
      a.publish("com.one", [3]);
      a.register("com.do");
      a.call("com.do", [4]);
    });
    a.publish("com.one", [5]);
    await world.settle();
    expect(router.received.map(({ type }) => type)).toEqual([
      "HELLO",
      "PUBLISH",
      "CALL",
      "SUBSCRIBE",
      "PUBLISH",
      "REGISTER",
      "CALL",
      "PUBLISH",
    ]);
    for (const invocation of a.invocations) a.yield(invocation);
  });

  it("@G10 are joined into one piece while it is busy: consecutive events", async () => {
    const { world, router, a } = await startTabs();
    a.subscribe("com.one");
    await world.settle();
    const resume = a.stall();
    for (let index = 0; index < 200; index += 1) router.publish("com.one", json(index));
    await world.settle();
    resume();
    await world.settle();
    expect(a.heard).toEqual(Array.from({ length: 200 }, (_, index) => index));
    // A few at a time, until the tab would have to tell that it has processed them, and all others together.
    expect(a.of("events").length).toBeLessThanOrEqual(9);
  });

  it("wait until the tab has the answer to its hello", async () => {
    const { world, router } = await startTabs();
    const late = world.join();
    late.subscribe("com.one");
    expect(late.notices).toEqual([]);
    await world.settle();
    router.publish("com.one", json(1));
    await world.settle();
    expect(late.notices.map(({ kind }) => kind)).toEqual(["done", "events"]);
  });

  it("continue after a batch that the tab did not process", async () => {
    const { world, router, a } = await startTabs();
    a.subscribe("com.one");
    await world.settle();
    const mend = a.breakPort();
    router.publish("com.one", json(1));
    await world.settle();
    mend();
    router.publish("com.one", json(2));
    await world.settle();
    expect([a.heard, world.fake.logged.length]).toEqual([[2], 1]);
  });
});
