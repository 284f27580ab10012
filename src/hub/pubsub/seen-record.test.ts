import { expect, it } from "vitest";
import { MemoryStore } from "../../memory/memory-store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { sessionConfig } from "../../testing/session-config.js";
import { createSeenRecord } from "./seen-record.js";

function setUp() {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const record = createSeenRecord({ store, clock, randomId: () => "id" }, sessionConfig());
  const stored = () => [...store.entries.values()].map((value) => (value as { topics: unknown }).topics);
  return { clock, record, stored };
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
