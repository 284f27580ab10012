import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const MANY = 300;

/** Lets `a` have many subscriptions and registrations, and `b` one subscription, on a router that drops what it queues beyond 64 messages. */
async function startWithMany() {
  const tabs = await startTabs();
  const { world, router, a, b } = tabs;
  const subscribed = Array.from({ length: MANY }, (_, index) => a.subscribe(`com.t${index}`));
  const registered = Array.from({ length: MANY }, (_, index) => a.register(`com.p${index}`));
  const kept = b.subscribe("com.keep");
  await world.advance(5_000);
  router.queueLimit = 64;
  return { ...tabs, subscribed, registered, kept };
}

describe("giving back a lot at once", () => {
  it("@G6 @G7 makes the router drop nothing when a tab leaves", async () => {
    const { world, router, a, b, kept } = await startWithMany();
    world.forget(a);
    void a.leave();
    router.publish("com.keep", json("hello"));
    await world.advance(1_000);
    expect([router.dropped, router.subscriptions, router.registrations]).toEqual([
      [],
      ["exact com.keep"],
      [],
    ]);
    expect(b.heardBy(kept)).toEqual(["hello"]);
  });

  it("@G7 makes the router drop nothing when a tab ends its handles in a loop", async () => {
    const { world, router, a, b, subscribed, registered, kept } = await startWithMany();
    const ended = [
      ...subscribed.map((asked) => a.unsubscribe(asked)),
      ...registered.map((asked) => a.unregister(asked)),
    ];
    router.publish("com.keep", json("hello"));
    await world.advance(1_000);
    expect([router.dropped, router.subscriptions, router.registrations]).toEqual([
      [],
      ["exact com.keep"],
      [],
    ]);
    expect(ended.map(({ outcome }) => outcome?.kind)).toEqual(Array(2 * MANY).fill("done"));
    expect(b.heardBy(kept)).toEqual(["hello"]);
  });

  it("@G7 settles what the connection is lost before", async () => {
    const { world, router, a, subscribed } = await startWithMany();
    router.hold("UNSUBSCRIBED");
    const ended = subscribed.map((asked) => a.unsubscribe(asked));
    await world.settle();
    router.drop();
    await world.advance(5_000);
    expect(ended.map(({ outcome }) => outcome?.kind)).toEqual(Array(MANY).fill("done"));
    expect(router.subscriptions).toEqual(["exact com.keep"]);
  });
});
