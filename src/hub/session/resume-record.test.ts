import { describe, expect, it } from "vitest";
import type { WampSessionId } from "../../protocol/ids.js";
import { createResumeRecord, readResumeRecord, writeResumeRecord } from "./resume-record.js";
import { MemoryStore } from "../../memory/memory-store.js";
import { sessionConfig } from "../../testing/session-config.js";

const secret = "s3cret-t1cket";
const joe = sessionConfig({
  urls: ["ws://a.example/", "ws://b.example/"],
  access: { urls: [`ws://joe:${secret}@a.example/`, `ws://b.example/?token=${secret}`] },
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: { literal: secret } }],
});
const session = {
  url: "ws://b.example/",
  id: 123 as WampSessionId,
  details: { authid: "joe", authextra: { ticket: secret }, "resume-token": "mazdJ5q6PLHkEbR3WdJzwA==" },
};

describe("the resume record", () => {
  it("@G15 returns the authid, the session, its token and the URL that worked", async () => {
    const store = new MemoryStore();
    await writeResumeRecord(store, joe, createResumeRecord(joe, session));
    expect(await readResumeRecord(store, joe)).toEqual({
      version: 1,
      realm: "realm1",
      authid: "joe",
      session: 123,
      resumeToken: "mazdJ5q6PLHkEbR3WdJzwA==",
      url: "ws://b.example/",
    });
  });

  it("@G15 holds no secret, neither in the key nor in the value", async () => {
    const store = new MemoryStore();
    await writeResumeRecord(store, joe, createResumeRecord(joe, session));
    expect(JSON.stringify([...store.entries])).not.toContain(secret);
  });

  it("@G15 is not found under another principal, realm or router", async () => {
    const store = new MemoryStore();
    await writeResumeRecord(store, joe, createResumeRecord(joe, session));
    for (const other of [
      { ...joe, principal: "jane" },
      { ...joe, realm: "realm2" },
      { ...joe, urls: ["ws://a.example/"] },
      // A careless join of the parts would confuse these.
      { ...joe, realm: "realm1,joe", principal: "" },
    ]) {
      expect(await readResumeRecord(store, other)).toBeUndefined();
    }
  });

  it.each([
    undefined,
    null,
    "text",
    7,
    [],
    {},
    { version: 2 },
    { version: 2, realm: "realm1", session: 1, url: "" },
    { version: 1, realm: 1, session: 1, url: "" },
    { version: 1, realm: "realm1", session: "1", url: "" },
    { version: 1, realm: "realm1", session: 1 },
  ])("counts as missing if it is %j", async (value) => {
    const store = new MemoryStore();
    await writeResumeRecord(store, joe, createResumeRecord(joe, session));
    for (const key of store.entries.keys()) store.entries.set(key, value);
    expect(await readResumeRecord(store, joe)).toBeUndefined();
  });

  it("tolerates a WELCOME without authid and token", async () => {
    const store = new MemoryStore();
    for (const details of [{}, { authid: 17, "resume-token": {} }]) {
      await writeResumeRecord(store, joe, createResumeRecord(joe, { ...session, details }));
      expect([...store.entries.values()]).toMatchObject([{ authid: null, resumeToken: null }]);
      expect(await readResumeRecord(store, joe)).toMatchObject({ authid: null, resumeToken: null });
    }
  });
});
