import { afterEach, describe, expect, it } from "vitest";
import { msgpackSerializer } from "../../codec/msgpack.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.image";
const image = new Uint8Array(100_000).fill(7);

async function start() {
  const started = await startTabs({ serializers: ["msgpack"] });
  for (const tab of [started.a, started.b, started.c]) tab.codec = msgpackSerializer;
  return started;
}

// A buffer that was transferred to one tab is empty for every other one.
describe("a large binary event", () => {
  it.each([1, 2, 3])("@G10 arrives whole at each of %i subscribers", async (count) => {
    const { world, router, a, b, c } = await start();
    const subscribers = [a, b, c].slice(0, count);
    for (const tab of subscribers) tab.subscribe(TOPIC);
    a.subscribe("com.example", { match: "prefix" });
    await world.settle();
    router.publish(TOPIC, msgpackSerializer.encodePayload([image]));
    await world.settle();
    expect(subscribers.map((tab) => tab.heard)).toEqual(
      subscribers.map((tab) => (tab === a ? [image, image] : [image])),
    );
  });

  it.each(["one sibling", "two siblings"])(
    "@G4 arrives whole at %s by two subscriptions when the hub relays it",
    async (which) => {
      const { world, router, a, b, c } = await start();
      const other = which === "one sibling" ? b : c;
      router.details = JSON.parse(
        JSON.stringify(WELCOME_DETAILS).replace('"publisher_exclusion":true', '"publisher_exclusion":false'),
      ) as typeof WELCOME_DETAILS;
      router.drop();
      await world.advance(1_000);
      b.subscribe(TOPIC);
      other.subscribe("com.example", { match: "prefix" });
      await world.settle();
      const published = a.publish(TOPIC, [image], { acknowledge: true });
      await world.settle();
      const heard = which === "one sibling" ? [[image, image], []] : [[image], [image]];
      expect([b.heard, c.heard]).toEqual(heard);
      expect(published.outcome?.kind).toBe("published");
    },
  );
});
