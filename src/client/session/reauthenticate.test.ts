import { describe, expect, it } from "vitest";
import type { RequestId } from "../../contract/ids.js";
import type { AuthConfig } from "../../contract/session-config.js";
import { nextTask } from "../../web/next-task.js";
import { FakePage, fence } from "../testing/fake-page.js";
import { online } from "../testing/fake-hub.js";

const storage = { kind: "indexeddb" } as const;
const ticket = { method: "ticket", authid: "joe" } as const;
const muted: AuthConfig = { ...ticket, secret: "none" };
const anonymous: AuthConfig = { method: "anonymous" };
const SECRET = { what: "secret", method: "ticket" } as const;
const task = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

async function connected() {
  const page = new FakePage();
  const session = await page.connect();
  return { page, session, hub: page.hub };
}

/** Lets the hub accept the credentials of a request. */
async function accept({ hub }: FakePage, count = 1): Promise<void> {
  const { request } = await hub.next("reauthenticate", count);
  await hub.deliver(
    { kind: "identity", auth: [muted], former: [[anonymous]], request },
    { kind: "status", status: online, storage },
    { kind: "done", request },
  );
}

describe("reauthenticate()", () => {
  it("@G27 sends the credentials in the form of connect(), and resolves when the status is the new one", async () => {
    const { page, session, hub } = await connected();
    const changing = session.reauthenticate([
      { ...ticket, secret: "s3cret" },
      { method: "token", authid: "joe", sign: () => "signed" },
    ]);
    expect((await hub.next("reauthenticate")).auth).toEqual([
      { ...ticket, secret: { literal: "s3cret" } },
      { method: "token", authid: "joe", sign: "ask" },
    ]);
    await accept(page);
    await changing;
    expect(session.status).toMatchObject({ state: "online", authid: "joe" });
    expect(session.principal).toBe("anonymous");
  });

  it("@G27 answers the question of that login by its function, and any other by that of connect()", async () => {
    const page = new FakePage();
    const session = await page.connect({ auth: { ...ticket, secret: () => "old" } });
    const changing = session.reauthenticate({ ...ticket, secret: () => "new" });
    const { request } = await page.hub.next("reauthenticate");
    expect(await page.hub.ask({ ...SECRET, login: request })).toBe("new");
    expect(await page.hub.ask(SECRET)).toBe("old");
    await accept(page);
    await changing;
    expect(await page.hub.ask({ ...SECRET, login: request })).toBe("new");
  });

  it("@G27 keeps the former credentials after a refusal, which it rejects with", async () => {
    const page = new FakePage();
    const session = await page.connect({ auth: { ...ticket, secret: () => "old" } });
    const changing = session.reauthenticate({ ...ticket, secret: () => "new" });
    const { request } = await page.hub.next("reauthenticate");
    const fields = { uri: "wamp.error.authentication_failed", details: {} };
    void page.hub.deliver({ kind: "rejected", request, error: { name: "JoinError", message: "no", fields } });
    await expect(changing).rejects.toMatchObject({ name: "JoinError", uri: fields.uri });
    await page.crash(session);
    await page.online(session);
    expect(page.hub.hellos[0]?.session.auth).toEqual({ ...ticket, secret: "ask" });
    expect(await page.hub.ask(SECRET)).toBe("old");
  });

  it("@G27 a later hello has the new credentials, and the secret in the page that gave it", async () => {
    const { page, session } = await connected();
    const changing = session.reauthenticate({ ...ticket, secret: () => "new" });
    await accept(page);
    await changing;
    await page.crash(session);
    await page.online(session);
    expect(page.hub.hellos).toMatchObject([
      { session: { auth: { ...ticket, secret: "ask" }, principal: "anonymous" }, former: [[anonymous]] },
    ]);
    expect(await page.hub.ask(SECRET)).toBe("new");
  });

  it("@G27 a later hello of another page has them without the secret", async () => {
    const { page, session, hub } = await connected();
    await hub.deliver({ kind: "identity", auth: [muted], former: [[anonymous]] });
    await page.crash(session);
    await page.online(session);
    expect(page.hub.hellos).toMatchObject([{ session: { auth: [muted] }, former: [[anonymous]] }]);
    await expect(page.hub.ask(SECRET)).rejects.toThrow("This page has no function that returns the secret");
  });

  it("@G27 answers for each of several logins by its own function, whichever the hub has heard of", async () => {
    const page = new FakePage();
    const session = await page.connect({ auth: { ...ticket, secret: () => "old" } });
    const asks = (login: RequestId): Promise<unknown> => page.hub.ask({ ...SECRET, login });
    const first = session.reauthenticate({ ...ticket, secret: () => "first" });
    const { request: one } = await page.hub.next("reauthenticate");
    const second = session.reauthenticate({ ...ticket, secret: () => "second" });
    const { request: two } = await page.hub.next("reauthenticate", 2);
    await page.hub.deliver(
      { kind: "identity", auth: [muted], former: [[anonymous]], request: one },
      { kind: "done", request: one },
    );
    await first;
    expect([await asks(one), await asks(two)]).toEqual(["first", "second"]);
    // Another tab's comes between.
    await page.hub.deliver({ kind: "identity", auth: [anonymous], former: [[muted]] });
    await fence(page, session);
    expect(await asks(two)).toBe("second");
    await expect(asks(one)).rejects.toThrow("This page has no function that returns the secret");
    await accept(page, 2);
    await second;
    await page.crash(session);
    await page.online(session);
    expect(await page.hub.ask(SECRET)).toBe("second");
  });

  it("@G27 is repeated in the next worker if this one dies before the answer", async () => {
    const { page, session, hub } = await connected();
    const changing = session.reauthenticate({ ...ticket, secret: () => "new" });
    await hub.next("reauthenticate");
    await page.crash(session);
    await page.online(session);
    expect(page.hub.hellos[0]?.session.auth).toEqual(anonymous);
    const { request } = await page.hub.next("reauthenticate");
    expect(await page.hub.ask({ ...SECRET, login: request })).toBe("new");
    await accept(page);
    await changing;
  });

  it("@G27 has no deadline, and is given up when its lease leaves", async () => {
    const { page, session, hub } = await connected();
    const sibling = await page.connect();
    const changing = session.reauthenticate({ ...ticket, secret: "s3cret" });
    const { request } = await hub.next("reauthenticate");
    page.clock.advance(3_600_000);
    await fence(page, sibling);
    const outcome = expect(changing).rejects.toMatchObject({ name: "SessionClosedError" });
    await session.leave();
    await outcome;
    expect(await hub.next("cancel")).toEqual({ kind: "cancel", request, mode: "killnowait" });
    await expect(session.reauthenticate({ ...ticket, secret: "x" })).rejects.toMatchObject({
      name: "SessionClosedError",
    });
  });

  it("@G27 a further connect() of the page may have the first credentials or the new ones", async () => {
    const { page, session, hub } = await connected();
    const changing = session.reauthenticate({ ...ticket, secret: "s3cret" });
    await accept(page);
    await changing;
    await page.connect();
    expect(hub.of("judge")).toEqual([]);
    await page.connect({ auth: { ...ticket, secret: "s3cret" }, principal: "anonymous" });
    expect(hub.of("judge")).toMatchObject([{ stands: { auth: { ...ticket } } }]);
    await expect(
      page.connect({ auth: { ...ticket, secret: "other" }, principal: "anonymous" }),
    ).rejects.toMatchObject({ name: "JoinError" });
  });

  it("@G25 @G27 refuses arguments that it does not have, and credentials that cannot be sent", async () => {
    const { session, hub } = await connected();
    const reauthenticate = session.reauthenticate as (...given: readonly unknown[]) => Promise<void>;
    for (const given of [[{ ...ticket, secret: "x" }, 1], ["s3cret"], [undefined]]) {
      const error: unknown = await reauthenticate(...given).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ name: "InvalidArgumentError" });
      expect(String(error)).toContain("reauthenticate()");
      expect(JSON.stringify(error) + String(error)).not.toContain("s3cret");
    }
    await task();
    expect(hub.of("reauthenticate")).toEqual([]);
  });
});
