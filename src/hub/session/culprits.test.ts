import { afterEach, describe, expect, it } from "vitest";
import type { ClientMessage } from "../../protocol/messages.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";
import type { MemoryRouter } from "../../testing/memory-router.js";

const BAD = "com.bad";

/** Longer than it takes to find a request over which the router drops the session. */
const FOUND = 60_000;

/** Makes the router drop the session over each request for the URI. Returns how often it has. */
function dropOn(router: MemoryRouter, type: ClientMessage["type"]): () => number {
  let drops = 0;
  router.override = (message) => {
    const uri = "topic" in message ? message.topic : "procedure" in message ? message.procedure : undefined;
    if (message.type !== type || uri !== BAD) return false;
    drops += 1;
    router.drop();
    return true;
  };
  return () => drops;
}

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

describe("a request over which the router drops the session", () => {
  it.each(["SUBSCRIBE", "REGISTER"] as const)(
    "@G13 @G23 %s in a restore is set aside after three ends, and its owner told; everything else is restored",
    async (type) => {
      const { world, router, a, b, c } = await startTabs();
      const handles = Array.from({ length: 60 }, (_, n) => b.subscribe(`com.topic${n}`));
      const bad = type === "SUBSCRIBE" ? a.subscribe(BAD) : a.register(BAD);
      a.register("com.good");
      await world.settle();
      const drops = dropOn(router, type);
      router.drop();
      await world.advance(FOUND);
      expect(drops()).toBe(3);
      const ended = [...a.of("subscription-ended"), ...a.of("registration-ended")];
      expect(ended).toMatchObject([
        {
          [type === "SUBSCRIBE" ? "subscription" : "registration"]: bad.handle,
          error: { name: "SetAsideError", fields: { uri: BAD } },
        },
      ]);
      expect([...b.of("subscription-ended"), ...c.of("warning")]).toEqual([]);
      expect(world.session.session).toBeDefined();
      expect(router.subscriptions).toHaveLength(handles.length);
      expect(router.registrations).toEqual(["exact com.good"]);
    },
  );

  it("@G13 @G23 those that were in flight with it are back as soon as it is found", async () => {
    const { world, router, a, b } = await startTabs();
    a.subscribe(BAD);
    for (const name of ["a", "b", "c"]) b.subscribe(`com.${name}`);
    b.register("com.good");
    await world.settle();
    dropOn(router, "SUBSCRIBE");
    router.hold("SUBSCRIBED", "REGISTERED");
    router.drop();
    for (let waited = 0; a.of("subscription-ended").length === 0 && waited < FOUND; waited += 100) {
      // Answers only when the session has lived, so that all of them are in flight with it.
      if (waited % 1_000 === 0) router.release();
      router.hold("SUBSCRIBED", "REGISTERED");
      await world.advance(100);
    }
    router.release();
    await world.settle();
    expect(a.of("subscription-ended")).toHaveLength(1);
    expect([router.subscriptions.length, router.registrations]).toEqual([3, ["exact com.good"]]);
  });

  it("@G23 a call that the application repeats is refused by name after three ends, for a while", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.good");
    await world.settle();
    const drops = dropOn(router, "CALL");
    const outcomes: unknown[] = [];
    for (let time = 0; time < 5; time += 1) {
      const asked = a.call(BAD);
      await world.advance(15_000);
      outcomes.push(asked.outcome);
    }
    expect(drops()).toBe(3);
    const lost = { kind: "rejected", error: { name: "ConnectionLostError", fields: { sent: true } } };
    expect(outcomes).toMatchObject([
      lost,
      lost,
      { ...lost, error: { ...lost.error, cause: { name: "SetAsideError", fields: { uri: BAD } } } },
      { kind: "rejected", error: { name: "SetAsideError", fields: { uri: BAD } } },
      { kind: "rejected", error: { name: "SetAsideError" } },
    ]);
    b.onInvocation = (invocation) => b.yield(invocation, ["answered"]);
    const other = a.call("com.good");
    await world.settle();
    expect(other.outcome?.kind).toBe("result");
    await world.advance(60_000);
    a.call(BAD);
    await world.advance(15_000);
    expect(drops()).toBe(4);
  });

  it.each([true, false])("@G23 a publication is found, acknowledged: %s", async (acknowledge) => {
    const { world, router, a } = await startTabs();
    const drops = dropOn(router, "PUBLISH");
    for (let time = 0; time < 5; time += 1) {
      a.publish(BAD, [], { acknowledge });
      await world.advance(15_000);
    }
    expect(drops()).toBe(3);
    expect(a.asked.at(-1)?.outcome).toMatchObject({ kind: "rejected", error: { name: "SetAsideError" } });
  });

  it("@G23 an accused request waits for a session that has lived, with those behind it; other tabs do not", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.good");
    b.onInvocation = (invocation) => b.yield(invocation, ["answered"]);
    await world.settle();
    const drops = dropOn(router, "CALL");
    for (let time = 0; time < 2; time += 1) {
      a.call(BAD);
      await world.advance(2_500);
    }
    expect(drops()).toBe(2);
    const [bad, behind, other] = [a.call(BAD), a.call("com.good"), b.call("com.good")];
    await world.settle();
    expect([bad.outcome, behind.outcome, other.outcome?.kind]).toEqual([undefined, undefined, "result"]);
    router.override = () => false;
    await world.advance(10_000);
    expect(bad.outcome).toMatchObject({ error: { fields: { uri: "wamp.error.no_such_procedure" } } });
    expect(behind.outcome?.kind).toBe("result");
  });

  it("@G13 @G23 two of them are found, one after the other, and no innocent handle ends", async () => {
    const { world, router, a, b } = await startTabs();
    const innocent = Array.from({ length: 30 }, (_, n) => b.subscribe(`com.topic${n}`));
    for (const uri of ["com.bad.1", "com.bad.2"]) a.subscribe(uri);
    await world.settle();
    let drops = 0;
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE" || !message.topic.startsWith(BAD)) return false;
      drops += 1;
      router.drop();
      return true;
    };
    router.drop();
    await world.advance(2 * FOUND);
    expect(drops).toBeLessThanOrEqual(6);
    expect(a.of("subscription-ended").map(({ error }) => error?.name)).toEqual([
      "SetAsideError",
      "SetAsideError",
    ]);
    expect(b.of("subscription-ended")).toEqual([]);
    router.publish("com.topic29", json(1));
    await world.settle();
    expect([router.subscriptions.length, b.events.length]).toEqual([innocent.length, 1]);
  });

  it("@G23 a router that restarts under a slow call, as often as it likes, sets nothing aside", async () => {
    const { world, router, a } = await startTabs();
    router.override = (message) => message.type === "CALL";
    for (let time = 0; time < 6; time += 1) {
      const asked = a.call("com.slow");
      await world.advance(20_000);
      router.drop();
      await world.advance(15_000);
      expect(asked.outcome).toMatchObject({ error: { name: "ConnectionLostError" } });
    }
  });
});
