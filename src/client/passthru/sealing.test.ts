import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.js";
import { fence, FakePage } from "../testing/fake-page.js";
import { encoded, invocationNotice } from "../testing/fake-hub.js";
import { passthruOn } from "./create-passthru.js";
import type { EncryptionRule } from "./encryption-rules.js";
import type { ChosenKey, KeyProvider } from "./key-provider.js";

const KEY = new TextEncoder().encode("the-secret-key-of-32-bytes-.....");
const chosen: ChosenKey = { id: "k1", key: KEY };

let page: FakePage;
let clock: FakeClock;
/** Answers the questions of the key provider, in order. */
let give: ((key: ChosenKey | undefined) => void)[];

beforeEach(() => {
  page = new FakePage();
  clock = new FakeClock();
  give = [];
});
afterEach(() => {
  expect(page.reported).toEqual([]);
});

const SECRET: EncryptionRule = { uri: "com.secret.", match: "prefix", cipher: "aes256gcm" };

function connect(rules = [SECRET]) {
  const keys: KeyProvider = {
    toEncrypt: () => new Promise((resolve) => give.push(resolve)),
    toDecrypt: () => KEY,
  };
  return page.connect({ passthru: passthruOn(clock, { encryption: { rules, keys } }) });
}

/** Waits for the asynchronous part of an encryption, and for its request to be posted. */
async function posted(count: number) {
  return await page.hub.next("publish", count);
}

describe("a request that is being encrypted", () => {
  it("@G30 crosses the port without key or clear text", async () => {
    const session = await connect();
    void session
      .publish("com.secret.x", ["clear-text"], { kwargs: { name: "clear-text" } })
      .catch(() => undefined);
    give[0]?.(chosen);
    const { payload, given } = await posted(1);
    expect(given).toEqual({
      pptScheme: "wamp",
      pptSerializer: "cbor",
      pptCipher: "aes256gcm",
      pptKeyid: "k1",
    });
    const sent = JSON.stringify([page.hub.posted, page.hub.hellos]);
    for (const form of [
      "clear-text",
      "the-secret",
      Buffer.from("clear-text").toString("base64").slice(0, 12),
    ])
      expect(sent).not.toContain(form);
    expect(payload.count).toBe(1);
    expect(payload.data).toMatch(/^\["\\u0000/);
  });

  it("@G10 @G30 holds the tab's later requests, and nothing is sent twice", async () => {
    const session = await connect();
    const all = ["com.secret.a", "com.open", "com.secret.b", "com.open"].map((topic) =>
      session.publish(topic),
    );
    for (const each of all) each.catch(() => undefined);
    await fence(page, session);
    expect(page.hub.of("publish")).toEqual([]);
    give[1]?.(chosen);
    give[0]?.(chosen);
    await posted(4);
    expect(page.hub.of("publish").map(({ topic }) => topic)).toEqual([
      "com.secret.a",
      "com.open",
      "com.secret.b",
      "com.open",
    ]);
  });

  it("@G9 @G30 is never sent once it is aborted", async () => {
    const session = await connect();
    const controller = new AbortController();
    const sent = session.publish("com.secret.x", [], { signal: controller.signal });
    controller.abort("no longer");
    await expect(sent).rejects.toBe("no longer");
    give[0]?.(chosen);
    void session.publish("com.open").catch(() => undefined);
    await posted(1);
    expect(page.hub.of("publish")).toMatchObject([{ topic: "com.open" }]);
  });

  it("@G9 @G30 has its deadline, which the key does not prolong", async () => {
    const session = await connect();
    const sent = session.publish("com.secret.x", [], { timeout: 1_000, acknowledge: true });
    page.clock.advance(400);
    give[0]?.(chosen);
    expect(await posted(1)).toMatchObject({ timeout: 600 });
    page.clock.advance(600 + 2_000);
    await expect(sent).rejects.toMatchObject({ name: "TimeoutError", timeout: 1_000 });
  });

  it("@G30 ends with its worker, and is not sent to the next one", async () => {
    const session = await connect();
    const sent = session.publish("com.secret.x");
    sent.catch(() => undefined);
    await fence(page, session);
    await page.crash(session);
    await expect(sent).rejects.toMatchObject({ name: "WorkerLostError" });
    await page.online(session);
    give[0]?.(chosen);
    void session.publish("com.open").catch(() => undefined);
    await posted(1);
    expect(page.hub.of("publish")).toMatchObject([{ topic: "com.open" }]);
  });

  it("@G30 rejects alone if its key is missing, and the later ones go on", async () => {
    const session = await connect();
    const sent = session.publish("com.secret.x");
    const next = session.call("com.open");
    give[0]?.(undefined);
    await expect(sent).rejects.toMatchObject({ name: "EncryptionError", reason: "no-key" });
    const { request } = await page.hub.next("call");
    await page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload: encoded([1]) });
    expect(await next).toBe(1);
  });

  it.each(["exact", "prefix"] as const)(
    "@G30 is the answer to a call of what the tab has registered, whatever procedure the router names (%s)",
    async (match) => {
      const session = await connect([{ ...SECRET, content: ["result"] }]);
      const given = { match } as { readonly match: "prefix" };
      void session.register("com.secret.", () => "clear-text", given).catch(() => undefined);
      const { registration } = await page.hub.next("register");
      void page.hub.deliver(invocationNotice(registration, [], { details: { procedure: "com.open" } }));
      await fence(page, session);
      give[0]?.(chosen);
      expect(await page.hub.next("yield")).toMatchObject({ options: { pptScheme: "wamp" } });
    },
  );

  it("@G30 is sent before the tab leaves", async () => {
    const session = await connect();
    void session.publish("com.secret.x").catch(() => undefined);
    const left = session.leave();
    give[0]?.(chosen);
    await left;
    expect(page.hub.of("publish")).toMatchObject([{ topic: "com.secret.x" }]);
    expect(page.hub.leaves).toBe(1);
  });
});
