import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../memory/memory-store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { nextTask } from "../../web/next-task.js";
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
  record.set("com.kept", 0);
  await record.flush();
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

/** Lets what begins in this turn come to its end. Time stands still. */
const settle = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

describe("the first place of a topic", () => {
  it("@G14 @G15 is stored at once, together with those of the same turn, and the later ones are not", async () => {
    const { clock, record, store, stored } = setUp();
    let writes = 0;
    store.after = () => void (writes += 1);
    record.set("com.a", null);
    record.moved("com.b", () => 1);
    record.set("com.c", 2);
    await settle();
    const first = [
      ["com.a", null],
      ["com.b", 1],
      ["com.c", 2],
    ];
    expect([writes, stored(), clock.pending]).toEqual([1, [first], 0]);
    record.set("com.a", 3);
    record.moved("com.b", () => 4);
    await settle();
    expect([writes, stored(), clock.pending]).toEqual([1, [first], 1]);
    clock.advance(1_000);
    await settle();
    expect([writes, stored()]).toMatchObject([2, [expect.arrayContaining([["com.b", 4]])]]);
  });

  it("@G14 @G15 waits for a write that is on its way, with all that come in the meantime", async () => {
    const { clock, record, store, stored } = setUp();
    const writes: (() => void)[] = [];
    store.before = () => new Promise((resolve) => writes.push(resolve));
    for (const topic of ["com.a", "com.b", "com.c"]) {
      record.set(topic, 1);
      await settle();
    }
    expect(writes).toHaveLength(1);
    writes[0]?.();
    await settle();
    expect([writes.length, stored()]).toEqual([2, [[["com.a", 1]]]]);
    writes[1]?.();
    await settle();
    const all = ["com.a", "com.b", "com.c"].map((topic) => [topic, 1]);
    expect([writes.length, stored(), clock.pending]).toEqual([2, [all], 0]);
  });

  it("@G14 @G15 is that which the last worker has stored, if there is one", async () => {
    const { clock, record, store, start } = setUp();
    record.set("com.kept", 1);
    await record.flush();
    const next = start();
    await next.read();
    let writes = 0;
    store.after = () => void (writes += 1);
    next.moved("com.kept", () => 2);
    await settle();
    expect([writes, clock.pending]).toEqual([0, 1]);
  });

  it("is not stored at once if others have to be forgotten for it: of so many topics, one would be the first again and again", async () => {
    const { record, store } = setUp();
    for (let topic = 0; topic < 1_000; topic += 1) record.set(`com.topic${topic}`, 1);
    await settle();
    let writes = 0;
    store.after = () => void (writes += 1);
    for (let event = 0; event < 3_003; event += 1) {
      record.set(`com.topic${event % 1_001}`, 2);
      await settle();
    }
    expect(writes).toBe(0);
  });
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
