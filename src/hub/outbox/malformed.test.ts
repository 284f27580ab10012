import { afterEach, describe, expect, it } from "vitest";
import { sessionKey } from "../../contract/identity.js";
import { askOutbox, entriesIn, keysIn } from "../../testing/durable.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import { newEntry } from "../../testing/outbox-entries.js";
import { sessionConfig } from "../../testing/session-config.js";
import type { StoredEntry } from "../stored-entry.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

const owner = sessionKey(sessionConfig());
const entry = newEntry({ owner, key: "1", uri: "com.durable" });
const payload = { serializer: "json", count: 1 };
const malformed: readonly object[] = [
  { version: "0" },
  { version: undefined },
  // An earlier state of the package, which was never released, had none.
  { outboxId: undefined },
  { key: 1 },
  { uri: undefined },
  { createdAt: "1" },
  { authid: undefined },
  { expiresAt: "never" },
  { kind: "register" },
  { options: null },
  { payload },
  { payload: { ...payload, data: 1 } },
  { outcome: undefined },
  { outcome: { kind: "failed" } },
  { outcome: { kind: "done", payload } },
];

/** Starts a worker that finds an entry with the given changes before a good one. */
async function findStored(changes: object) {
  const world = prepareWorld();
  const { outbox } = world.fake;
  outbox.restore(1, { ...entry, key: "changed", position: 1, ...changes });
  outbox.restore(2, { ...entry, key: "good", payload: { ...entry.payload, data: '["good"]' }, position: 2 });
  world.router.up = false;
  const tab = world.join();
  const listed = askOutbox(tab, "list");
  await world.settle();
  const logged = world.fake.logged.map(({ message }) => message);
  return { world, outbox, shown: entriesIn(listed).map(({ key }) => key), logged };
}

describe("an entry of the outbox that this version cannot read @G16", () => {
  it.each(malformed)("is removed, with a line in the log, if it is malformed: %o", async (changes) => {
    const { world, outbox, shown, logged } = await findStored(changes);
    expect(shown).toEqual(["good"]);
    expect([...outbox.entries.keys()]).toEqual([2]);
    expect(logged).toEqual(["Malformed entries of the outbox were removed: 1"]);
    world.router.up = true;
    await world.advance(40_000);
    expect(keysIn(world.router.received)).toEqual(["good"]);
  });

  it.each([0, 2])("is left to the workers of its version, %i", async (version) => {
    const { outbox, shown, logged } = await findStored({ version, uri: undefined });
    expect([shown, [...outbox.entries.keys()], logged]).toEqual([["good"], [1, 2], []]);
  });

  it("is removed by the next worker if the store refuses that", async () => {
    const world = prepareWorld();
    const { outbox, logged } = world.fake;
    outbox.restore(1, { ...entry, position: 1, kind: "?" } as unknown as StoredEntry);
    world.router.up = false;
    let operations = 0;
    outbox.before = () => ((operations += 1) === 1 ? Promise.resolve() : Promise.reject(new Error("full")));
    const tab = world.join();
    await world.settle();
    expect([outbox.entries.size, logged]).toEqual([1, []]);
    outbox.before = () => Promise.resolve();
    await world.leave(tab);
    world.join();
    await world.settle();
    expect([outbox.entries.size, logged.length]).toEqual([0, 1]);
  });
});
