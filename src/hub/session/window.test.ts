import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

describe("the requests that are on their way", () => {
  it("@G23 are few at first, so that no router drops an answer, and taken from all tabs in turn", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold();
    for (let index = 0; index < 100; index += 1) a.publish("com.a", [], { acknowledge: true });
    b.publish("com.b", [], { acknowledge: true });
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(16);
    expect(router.got("PUBLISH").filter(({ topic }) => topic === "com.b")).toHaveLength(0);
    router.release();
    await world.settle();
    expect(router.got("PUBLISH").findIndex(({ topic }) => topic === "com.b")).toBeLessThan(20);
    expect(router.got("PUBLISH")).toHaveLength(101);
  });

  it("@G23 do not wait for a callee that is slow", async () => {
    const { world, router, a, b } = await startTabs();
    a.register("com.slow");
    await world.settle();
    const asked = Array.from({ length: 300 }, () => b.call("com.slow"));
    await world.advance(1_000);
    expect(router.got("CALL")).toHaveLength(300);
    for (const invocation of a.invocations) a.yield(invocation);
    await world.settle();
    expect(asked.every(({ outcome }) => outcome?.kind === "result")).toBe(true);
  });

  it("@G23 are half as many if each of them comes back as an event", async () => {
    const { world, router, a, b } = await startTabs();
    b.subscribe("com.t");
    await world.settle();
    router.hold();
    for (let index = 0; index < 100; index += 1) a.publish("com.t", [index], { acknowledge: true });
    await world.settle();
    // The answer to SUBSCRIBE has made the window larger by one.
    expect(router.got("PUBLISH")).toHaveLength(9);
    router.release();
    await world.settle();
    expect(b.heard).toHaveLength(100);
  });

  it("@G10 @G23 do not hold up the answers of handlers", async () => {
    const { world, router, a } = await startTabs();
    a.register("com.do");
    await world.settle();
    const request = router.invoke("com.do", json());
    await world.settle();
    router.hold();
    for (let index = 0; index < 100; index += 1) a.publish("com.a", [], { acknowledge: true });
    const [invocation] = a.invocations;
    if (invocation !== undefined) a.yield(invocation);
    await world.settle();
    expect(router.got("PUBLISH").length).toBeLessThan(100);
    expect(router.got("YIELD")).toMatchObject([{ request }]);
  });
});
