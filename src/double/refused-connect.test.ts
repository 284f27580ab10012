import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectOptions } from "../client/index.js";
import { createTestRouter } from "./index.js";
import type { TestRouter, TestTab } from "./index.js";

let router: TestRouter;
let tab: TestTab;

beforeEach(() => {
  router = createTestRouter({ auth: { anonymous: true, tickets: { joe: "right" } } });
  tab = router.openTab();
});

afterEach(() => router.stop());

const bad = (options: object): Partial<ConnectOptions> => options;
const ticket = (secret: string) => ({ auth: { method: "ticket", authid: "joe", secret } as const });

describe("connect() with a mistake", () => {
  it("@G25 is refused by the worker, and leaves neither a session nor a connection behind", async () => {
    for (const mistake of [{ linger: -1 }, { relam: "s3cret" }, { retry: { max_delay: 5 } }]) {
      const error: unknown = await tab.connect(bad(mistake)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "InvalidArgumentError" });
      expect(String(error)).not.toContain("s3cret");
    }
    await router.settle();
    expect([router.counts.connections, router.sessions()]).toEqual([0, []]);
    const session = await tab.connect();
    expect((await session.inspect()).sessions.map(({ tabs }) => tabs.length)).toEqual([1]);
  });

  it("@G25 does not harm another one that is made at the same time", async () => {
    const wrong = tab.connect(bad({ linger: "5s" }));
    const right = tab.connect();
    await expect(wrong).rejects.toMatchObject({ name: "InvalidArgumentError" });
    expect((await right).status.state).toBe("online");
  });

  it("@G25 is refused as well if the page has the session already, which goes on", async () => {
    const session = await tab.connect(ticket("right"));
    const mistakes: [object, object][] = [
      [{ callTimeout: -1 }, { message: expect.stringContaining("options.callTimeout is -1") as unknown }],
      [{ retry: { maxAttempts: NaN } }, { value: "NaN" }],
      [
        { ticket: "s3cret" },
        { value: "a string", message: expect.stringContaining("auth.secret") as unknown },
      ],
      [{ auth: { method: "ticket", authid: "joe" } }, { name: "InvalidArgumentError" }],
      [ticket("wrong"), { name: "JoinError" }],
    ];
    for (const [mistake, error] of mistakes) {
      const joining = tab.connect(bad({ ...ticket("right"), ...mistake }));
      await expect(joining).rejects.toMatchObject({ name: "InvalidArgumentError", ...error });
    }
    const other = await tab.connect({ ...ticket("right"), callTimeout: 7 });
    const warnings: string[] = [];
    other.on("warning", ({ message }) => warnings.push(message));
    expect(warnings).toEqual([expect.stringContaining("callTimeout is 0, the tab asked for 7")]);
    await other.leave();
    expect(session.status.state).toBe("online");
    await session.leave();
    await router.settle();
    expect(router.sessions()).toEqual([]);
  });
});
