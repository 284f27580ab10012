import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import type { StatusRecord } from "../../contract/status.js";
import { nextTask } from "../../web/next-task.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { online } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

const storage = { kind: "indexeddb" } as const;
const connecting: StatusRecord = { state: "connecting", attempt: 1, url: "ws://router.example/" };
const refused: ErrorRecord = {
  name: "ConnectionLostError",
  message: "The connection could not be opened (code 1006)",
  fields: { sent: false },
};
const waiting: StatusRecord = { state: "waiting", attempt: 2, retryAt: 99, reason: refused };
const closed: StatusRecord = { state: "closed", reason: refused };

const task = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

async function connected(status: StatusRecord = connecting, options: Partial<ConnectOptions> = {}) {
  const page = new FakePage();
  page.prepare = (hub) => {
    hub.answerHello = () => hub.welcome(status);
  };
  const session = await page.connect(options);
  const become = async (...statuses: StatusRecord[]) => {
    for (const next of statuses) {
      // A page whose session is closed does not take the batch.
      void page.hub.deliver({ kind: "status", status: next, storage });
      while (![next.state, "closed"].includes(session.status.state)) await task();
    }
    // The sign comes a task after the failure.
    await task();
    await task();
  };
  return { page, session, become };
}

describe("the first failed attempt to connect", () => {
  it("@G25 is told once in the console, with the URLs but not their secrets, and the reason", async () => {
    const url = ["ws://joe:s3cret@router.example/?token=s3cret", "ws://other.example/ws"];
    const { page, become } = await connected(connecting, { url, query: "token=s3cret" });
    await become(waiting, connecting, waiting);
    await become(connecting, waiting);
    expect(page.told).toEqual([expect.stringContaining("wamp-mux: no session on ")]);
    const [line] = page.told;
    expect(line).toContain(
      "ws://router.example/ or ws://other.example/ws yet: The connection could not be opened",
    );
    expect(line).toContain("It is being retried");
    expect(line).toContain('session.on("status"');
    expect(line).not.toContain("s3cret");
  });

  it("is told to a page that joins a session that waits", async () => {
    const { page, become } = await connected(waiting);
    await become();
    expect(page.told).toHaveLength(1);
  });

  it("@G25 is not told if the application listens to the status, also if it begins with that when it gets the session", async () => {
    const { page, session, become } = await connected(waiting);
    session.on("status", () => undefined);
    await become(connecting, waiting);
    expect(page.told).toEqual([]);
  });

  it("is a warning for an application that listens to warnings only", async () => {
    const { page, session, become } = await connected();
    const warnings: unknown[] = [];
    session.on("warning", (warning) => warnings.push(warning));
    await become(waiting, connecting, waiting);
    expect(page.told).toEqual([]);
    expect(warnings).toMatchObject([{ name: "ConnectionLostError" }]);
  });

  it("is told although the application awaits `ready`, which goes on waiting", async () => {
    const { page, session, become } = await connected();
    void session.ready;
    await become(waiting);
    expect(page.told).toHaveLength(1);
  });

  it("is not a connection that is lost and comes back", async () => {
    const { page, become } = await connected(online);
    await become(waiting, connecting, online);
    expect(page.told).toEqual([]);
    await become(waiting, connecting, waiting);
    expect(page.told).toHaveLength(1);
  });

  it("is not told by a page that has left before", async () => {
    const { page, session, become } = await connected();
    const leaving = session.leave();
    await become(waiting);
    await leaving;
    expect(page.told).toEqual([]);
  });
});

describe("a session that is closed for good", () => {
  it("@G25 is told in the console with the reason", async () => {
    const { page, become } = await connected();
    await become(closed);
    expect(page.told).toEqual([
      expect.stringContaining("the session on ws://router.example/ is closed: The connection could not be"),
    ]);
  });

  it("is not told if the application listens to the status, or awaits a promise that tells of it", async () => {
    for (const hear of ["status", "closed", "ready"] as const) {
      const { page, session, become } = await connected();
      if (hear === "status") session.on("status", () => undefined);
      else void session[hear].catch(() => undefined);
      await become(closed);
      expect(page.told).toEqual([]);
    }
  });

  it("is told if the application awaited no more than `ready`, which resolved before", async () => {
    const { page, session, become } = await connected(online);
    await session.ready;
    await become(closed);
    expect(page.told).toHaveLength(1);
  });

  it("is not told if this page has left it, or if connect() rejects", async () => {
    const { page, session } = await connected(online);
    await fence(page, session);
    await session.leave();
    const failing = new FakePage();
    failing.prepare = () => {
      throw new Error("no worker");
    };
    await expect(failing.connect()).rejects.toThrow("no worker");
    await task();
    expect([page.told, failing.told]).toEqual([[], []]);
  });
});
