import { expect, it } from "vitest";
import { createCodecs } from "../../codec/codecs.js";
import { serializers } from "../../codec/serializers.js";
import { sessionKey } from "../../contract/identity.js";
import { askOutbox, entriesIn, keysIn } from "../../testing/durable.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { World, json } from "../../testing/harness.js";
import { newEntry } from "../../testing/outbox-entries.js";
import { sessionConfig } from "../../testing/session-config.js";

it("@G16 sends, in order, what an earlier worker stored with a serializer that this one has to load, as soon as that works", async () => {
  const [jsonSerializer, msgpack] = ["json", "msgpack"].map((name) =>
    serializers.find((each) => each.name === name),
  );
  if (jsonSerializer === undefined || msgpack === undefined) throw new Error("a serializer is missing");
  for (const failures of [0, 2]) {
    const fake = createFakeEnvironment();
    let attempts = 0;
    const load = () =>
      (attempts += 1) > failures ? Promise.resolve(msgpack) : Promise.reject(new Error("no network"));
    const codecs = createCodecs([jsonSerializer], load, () => fake.clock.now());
    codecs.locate("msgpack", "http://app.example/msgpack.js");
    const owner = sessionKey(sessionConfig());
    const stored = { owner, authid: "", uri: "com.durable" };
    await fake.outbox.append(newEntry({ ...stored, key: "1", payload: msgpack.encodePayload(["1"]) }));
    await fake.outbox.append(newEntry({ ...stored, key: "2", payload: json("2") }));
    const world = new World({ ...fake, env: { ...fake.env, codecs } }, sessionConfig());
    const tab = world.join();
    await world.settle();
    const listed = askOutbox(tab, "list");
    await world.settle();
    expect(keysIn(world.router.received)).toEqual(failures === 0 ? ["1", "2"] : ["2"]);
    expect(entriesIn(listed).map(({ key, state }) => [key, state])).toEqual(
      failures === 0 ? [] : [["1", "waiting"]],
    );
    await world.advance(5_000);
    expect(keysIn(world.router.received)).toEqual(failures === 0 ? ["1", "2"] : ["2", "1"]);
    await world.leave(tab);
  }
});
