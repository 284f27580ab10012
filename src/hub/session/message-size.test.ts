import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOO_BIG = 1009;
const big = (size: number): string => "x".repeat(size);

async function setUp() {
  const tabs = await startTabs();
  const { world, router } = tabs;
  /** Closes the socket as a router does over a message that is too big, and waits for the next session. */
  const closeOverSize = async (reason = ""): Promise<void> => {
    router.socket.drop(TOO_BIG, reason);
    router.release();
    await world.advance(1_000);
  };
  return { ...tabs, closeOverSize };
}

describe("a router that closes the connection over a message that is too big", () => {
  it("@G7 @G23 costs the tab that sent it its request, and the others theirs once", async () => {
    const { world, router, a, b, c, closeOverSize } = await setUp();
    const heard = c.subscribe("com.t");
    await world.settle();
    router.hold();
    const asked = [
      b.call("com.x", [big(40_000)]),
      a.publish("com.x", [big(100_000)], { acknowledge: true }),
      a.call("com.small"),
    ];
    await world.settle();
    await closeOverSize();
    expect(asked.map(({ error }) => error?.name)).toEqual([
      "ConnectionLostError",
      "OverflowError",
      "ConnectionLostError",
    ]);
    expect(asked[1]?.error).toMatchObject({
      fields: { limit: "maxMessageSize" },
      cause: { name: "ConnectionLostError", fields: { code: TOO_BIG } },
    });

    const { session } = world.session;
    const again = a.publish("com.x", [big(100_000)], { acknowledge: true });
    const smaller = b.publish("com.x", [big(40_000)], { acknowledge: true });
    await world.settle();
    expect(again.error).toMatchObject({ name: "OverflowError", fields: { limit: "maxMessageSize" } });
    expect(smaller.outcome?.kind).toBe("published");
    expect(router.got("PUBLISH")).toHaveLength(1);
    expect(world.session).toMatchObject({ session, state: "online" });
    router.publish("com.t", json("still there"));
    await world.settle();
    expect(c.heardBy(heard)).toEqual(["still there"]);
    expect([a.of("warning"), b.of("warning"), c.of("warning")]).toEqual([[], [], []]);
  });

  it("@G23 teaches the limit that it names in the close reason", async () => {
    const { world, router, a, closeOverSize } = await setUp();
    router.hold();
    const first = a.call("com.x", [big(100_000)]);
    await world.settle();
    await closeOverSize("message of 100040 bytes exceeds the limit of 50000");
    expect(first.error).toMatchObject({ fields: { limit: "maxMessageSize", maximum: 50_000 } });
    const [over, under] = [a.call("com.x", [big(50_000)]), a.call("com.x", [big(49_800)])];
    await world.settle();
    expect(over.error).toMatchObject({ name: "OverflowError", fields: { maximum: 50_000 } });
    expect(under.error?.name).toBe("WampError");
    expect(router.got("CALL")).toHaveLength(1);
  });

  it("@G23 teaches no limit by an address in the close reason", async () => {
    const { world, router, a, closeOverSize } = await setUp();
    router.hold();
    a.call("com.x", [big(300_000)]);
    await world.settle();
    await closeOverSize("frame from 10.0.0.5:40312 is too big");
    const again = a.publish("com.x", [big(50_000)], { acknowledge: true });
    await world.settle();
    expect(again.outcome?.kind).toBe("published");
  });

  it("@G23 is told to the tab whose publication nobody acknowledges", async () => {
    const { world, router, a, b, closeOverSize } = await setUp();
    a.publish("com.x", [big(100_000)]);
    await world.settle();
    await closeOverSize();
    expect(a.of("warning")).toMatchObject([
      { error: { name: "OverflowError", fields: { limit: "maxMessageSize" } } },
    ]);
    expect(b.of("warning")).toEqual([]);
    const again = a.publish("com.x", [big(100_000)]);
    await world.settle();
    expect(again.error?.name).toBe("OverflowError");
    expect(router.got("PUBLISH")).toEqual([]);
  });

  it.each(["result", "error"] as const)("@G23 is told to the tab whose handler's %s it was", async (kind) => {
    const { world, router, a, b, closeOverSize } = await setUp();
    a.register("com.do");
    a.onInvocation = (invocation) => {
      if (kind === "result") a.yield(invocation, [big(100_000)]);
      else a.fail(invocation, "com.error", {}, json(big(100_000)));
    };
    await world.settle();
    router.invoke("com.do", json());
    await world.settle();
    await closeOverSize();
    expect(a.of("warning")).toMatchObject([
      { error: { name: "OverflowError", fields: { limit: "maxMessageSize" } } },
    ]);
    expect(b.of("warning")).toEqual([]);
    const { session } = world.session;
    const request = router.invoke("com.do", json());
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.payload_size_exceeded" }]);
    expect(router.got("YIELD")).toEqual([]);
    expect(world.session).toMatchObject({ session, state: "online" });
  });

  it("@G23 is a lost connection like any other if no message was big", async () => {
    const { world, router, a, closeOverSize } = await setUp();
    router.hold();
    const asked = a.call("com.x", [big(1_000)]);
    await world.settle();
    await closeOverSize();
    expect(asked.error?.name).toBe("ConnectionLostError");
    const again = a.publish("com.x", [big(100_000)], { acknowledge: true });
    await world.settle();
    expect(again.outcome?.kind).toBe("published");
  });
});
