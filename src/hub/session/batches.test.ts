import { afterEach, describe, expect, it } from "vitest";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { World } from "../../testing/harness.js";
import { sessionConfig } from "../../testing/session-config.js";

let world: World;
afterEach(async () => expect(await world.leftovers()).toEqual([]));

/** Two tabs on a router that knows batches. */
async function start() {
  world = new World(createFakeEnvironment(), sessionConfig());
  const { router } = world;
  router.batched = true;
  const [a, b] = [world.join(), world.join()];
  await world.settle();
  return { router, a, b };
}

describe("a session in batches @G29", () => {
  it("sends the requests of several tabs in frames that they share, and restores in few", async () => {
    const { router, a, b } = await start();
    const before = router.socket.frames;
    const asked = [a, b].flatMap((tab) =>
      Array.from({ length: 10 }, (_, n) => tab.subscribe(`com.${tab.id}.${n}`)),
    );
    await world.advance(1_000);
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(Array(20).fill("done"));
    expect(router.socket.frames - before).toBeLessThan(10);
    router.drop();
    await world.advance(60_000);
    expect(router.got("SUBSCRIBE")).toHaveLength(20);
    // HELLO, and the restores while the window grows.
    expect(router.socket.frames).toBeLessThan(10);
    expect(router.violations).toEqual([]);
  });

  it("says GOODBYE after everything that was to be sent before", async () => {
    const { router, a, b } = await start();
    const { socket } = router;
    a.publish("com.x", ["last"]);
    void a.leave();
    void b.leave();
    await world.advance(60_000);
    expect(socket.sent.slice(-2).map(({ type }) => type)).toEqual(["PUBLISH", "GOODBYE"]);
  });
});
