import { expect, it } from "vitest";
import { MemoryStore } from "../../memory/memory-store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { sessionConfig } from "../../testing/session-config.js";
import { createSeenRecord } from "./seen-record.js";

function setUp() {
  const clock = new FakeClock();
  const store = new MemoryStore();
  let ids = 0;
  const start = () => createSeenRecord({ store, clock, randomId: () => `id-${(ids += 1)}` }, sessionConfig());
  const stored = () => [...store.entries.values()].map((value) => (value as { topics: unknown }).topics);
  return { clock, store, start, record: start(), stored };
}

it("@G14 finds the place of a topic once for each write, however many events the pages take in", async () => {
  const { clock, record, stored } = setUp();
  let found = 0;
  for (let event = 1; event <= 10_000; event += 1)
    record.moved("com.kept", () => {
      found += 1;
      return event;
    });
  expect(found).toBe(0);
  clock.advance(1_000);
  await record.flush();
  expect([found, stored()]).toEqual([1, [[["com.kept", 10_000]]]]);
  clock.advance(60_000);
  await record.flush();
  expect([found, clock.pending]).toEqual([1, 0]);
});

it("@G14 finds the place of a topic when it is asked for", () => {
  const { record } = setUp();
  record.moved("com.kept", () => 7);
  expect(record.get("com.kept")).toBe(7);
});

it("@G14 @G15 a logout elsewhere removes the places that this worker has stored, also those of before a failed write", async () => {
  const { record, store, stored } = setUp();
  record.set("com.kept", 1);
  await record.flush();
  store.before = () => Promise.reject(new Error("disk full"));
  record.set("com.kept", 2);
  await record.flush();
  store.before = () => Promise.resolve();
  await record.wipe(true);
  expect(stored()).toEqual([]);
});

it("@G14 @G15 a logout elsewhere removes no places that are stored at that moment", async () => {
  const { record, store, start, stored } = setUp();
  record.set("com.kept", 1);
  await record.flush();
  const next = start();
  next.set("com.kept", 1);
  // The next login stores its places right behind the first operation of this worker.
  store.after = () => {
    store.after = () => undefined;
    void next.flush();
  };
  await record.wipe(true);
  expect(stored()).toEqual([[["com.kept", 1]]]);
});
