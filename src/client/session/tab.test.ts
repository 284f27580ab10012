import { describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Payload } from "../../protocol/payload.js";
import { FakePage } from "../testing/fake-page.js";

const kwargsOf = (payload: Payload) => jsonPayloads.decodePayload(payload).kwargs;

async function connected() {
  const page = new FakePage();
  page.randomId = () => crypto.randomUUID();
  const session = await page.connect();
  return { page, session };
}

describe("the identity of a tab", () => {
  it("@G26 can be a component of a URI under the strict rules, and cannot be guessed", async () => {
    const { session } = await connected();
    // 122 random bits, as in a UUID.
    expect(session.tab).toMatch(/^[a-z0-9]{32}$/);
  });

  it("@G26 is the same for every connect() of the page to the session, and another one in another session or page", async () => {
    const { page, session } = await connected();
    expect((await page.connect()).tab).toBe(session.tab);
    expect((await page.connect({ principal: "somebody" })).tab).not.toBe(session.tab);
    expect((await connected()).session.tab).not.toBe(session.tab);
  });

  it("@G26 outlives the worker, for which the tab is a new one", async () => {
    const { page, session } = await connected();
    const { tab } = session;
    await page.crash(session);
    await page.online(session);
    expect(session.tab).toBe(tab);
    expect(new Set(page.hubs.flatMap(({ hellos }) => hellos.map((hello) => hello.tab))).size).toBe(2);
  });

  it("@G26 is sent as a keyword argument with `sendTab`, beside those of the application", async () => {
    const { page, session } = await connected();
    const { tab } = session;
    const options = { kwargs: { to: "joe" }, sendTab: true };
    void session.call("com.example.x", [1], options).catch(() => undefined);
    void session.callResult("com.example.x", [1], options).catch(() => undefined);
    session.callProgressive("com.example.x", [1], options);
    void session.publish("com.example.x", [], { sendTab: true });
    await page.hub.next("call", 3);
    for (const { payload } of page.hub.of("call"))
      expect(kwargsOf(payload)).toEqual({ to: "joe", _tab: tab });
    const { payload, options: wire } = await page.hub.next("publish");
    expect([kwargsOf(payload), wire]).toEqual([{ _tab: tab }, {}]);
    expect(options.kwargs).toEqual({ to: "joe" });
  });

  it("@G26 is not sent otherwise, and the application may use the name itself", async () => {
    const { page, session } = await connected();
    void session
      .call("com.example.x", [1], { sendTab: false, kwargs: { _tab: "of another" } })
      .catch(() => {});
    expect(kwargsOf((await page.hub.next("call")).payload)).toEqual({ _tab: "of another" });
    void session.publish("com.example.x", [1]);
    expect(kwargsOf((await page.hub.next("publish")).payload)).toEqual({});
  });

  it("@G26 is not mixed with a keyword argument of the same name, which the error does not show", async () => {
    const { session } = await connected();
    const options = { kwargs: { _tab: "s3cret" }, sendTab: true };
    for (const asked of [session.call("a.b", [], options), session.publish("a.b", [], options)]) {
      const error: unknown = await asked.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "InvalidArgumentError", value: "a string" });
      expect(String(error)).toMatch(/: options\.kwargs\._tab is a string, expected no such argument beside/);
    }
    await expect(session.call("a.b", [], { sendTab: 1 as never })).rejects.toThrow(
      "options.sendTab is a number",
    );
  });
});
