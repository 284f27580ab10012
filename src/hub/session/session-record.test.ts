import { expect, it } from "vitest";
import type { WampSessionId } from "../../protocol/ids.js";
import { MemoryStore } from "../../memory/memory-store.js";
import { sessionConfig } from "../../testing/session-config.js";
import { createResumeRecord, writeResumeRecord } from "./resume-record.js";
import { createSessionRecord } from "./session-record.js";

it("@G15 a logout that comes while the token is being removed leaves nothing in the store", async () => {
  const store = new MemoryStore();
  const config = sessionConfig();
  const details = { "resume-token": "token" };
  const stored = createResumeRecord(config, { url: "ws://x/", id: 1 as WampSessionId, details });
  await writeResumeRecord(store, config, stored);
  const record = createSessionRecord(store, config);

  await Promise.all([record.forgetToken(), record.finish(false)]);

  expect(store.entries.size).toBe(0);
});
