import { expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.js";
import { newEntry } from "../../testing/outbox-entries.js";
import { Entry } from "./entry.js";
import { createExpiry } from "./expiry.js";

it("measures the content of an entry once", () => {
  let measured = 0;
  const options = { toJSON: () => ({ measured: (measured += 1) }) };
  const entry = new Entry(newEntry({ options }), 1);
  const before = entry.bytes;
  expect([entry.bytes, measured]).toEqual([before, 1]);
  entry.settle({ kind: "done", details: {}, payload: { serializer: "json", count: 1, data: "[12345]" } });
  expect([entry.bytes, measured]).toEqual([before + 7, 2]);
});

it("looks at all entries only for one that expires earlier than the others", () => {
  const entries = new Map<string, Entry>();
  let looks = 0;
  const expired: string[] = [];
  const clock = new FakeClock();
  const observed = {
    values: () => {
      looks += 1;
      return entries.values();
    },
  } as unknown as ReadonlyMap<string, Entry>;
  const expiry = createExpiry(
    clock,
    () => clock.now(),
    observed,
    (entry) => {
      expired.push(entry.content.key);
      entries.delete(entry.content.key);
    },
  );
  for (const [key, age] of [
    ["1", 500],
    ["2", 600],
    ["3", 700],
    ["4", 400],
  ] as const) {
    const entry = new Entry(newEntry({ key, expiresAt: clock.now() + age }), 1);
    entries.set(key, entry);
    expiry.watch(entry);
  }
  expect(looks).toBe(2);
  for (const age of [400, 100, 100]) clock.advance(age);
  expect(expired).toEqual(["4", "1", "2"]);
  expiry.close();
});
