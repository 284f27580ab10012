import { expect, it } from "vitest";
import type { WampSessionId } from "../../protocol/ids.js";
import { MemoryStore } from "../../memory/memory-store.js";
import { sessionConfig } from "../../testing/session-config.js";
import { createResumeRecord, writeResumeRecord } from "./resume-record.js";
import { createSessionRecord } from "./session-record.js";

const config = sessionConfig();
const stored = (id: number) =>
  createResumeRecord(config, {
    url: "ws://x/",
    id: id as WampSessionId,
    details: { "resume-token": "token" },
  });

it("@G15 a logout that comes while the token is being removed leaves nothing in the store", async () => {
  const store = new MemoryStore();
  await writeResumeRecord(store, config, stored(1));
  const record = createSessionRecord(store, config);

  await Promise.all([record.forgetToken(), record.finish(false)]);

  expect(store.entries.size).toBe(0);
});

it("@G15 a logout elsewhere removes what this worker has stored, and nothing that is stored at that moment", async () => {
  for (const next of [undefined, stored(2)]) {
    const store = new MemoryStore();
    await writeResumeRecord(store, config, stored(1));
    const [key = ""] = store.entries.keys();
    const record = createSessionRecord(store, config);
    await record.read();
    // The next login stores its record right behind the first operation of this worker.
    store.after = () => {
      store.after = () => undefined;
      if (next !== undefined) store.entries.set(key, next);
    };

    await record.finish(true);

    expect(store.entries.get(key)).toEqual(next);
  }
});
