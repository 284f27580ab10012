import { describe, expect, it } from "vitest";
import type { AttachAnswer } from "../../contract/port.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { nextTask } from "../../web/next-task.js";
import type { FakeHub } from "../testing/fake-hub.js";
import { FakePage } from "../testing/fake-page.js";
import { WorkerStartError } from "../errors/worker-errors.js";

const [FIRST, SECOND] = ["wamp-mux", "wamp-mux-2"] as const;

const elsewhere: AttachAnswer = {
  ok: false,
  contract: CONTRACT_VERSION,
  error: { name: "WorkerStartError", message: "", fields: { reason: "elsewhere", url: "bundled" } },
};

const pending = (): Promise<never> => new Promise(() => undefined);

/** Makes a worker give no sign of life, like one that Firefox has given to no one. */
function silence(hub: FakeHub): void {
  hub.pong = pending;
  hub.answerHello = pending;
}

async function until(condition: () => boolean): Promise<void> {
  do await new Promise<void>((resolve) => nextTask(resolve));
  while (!condition());
}

/** Resolves when the last worker has got as many hellos. */
const greeted = (page: FakePage, hellos: number): Promise<void> =>
  until(() => page.names.length === hellos && page.hubs.flatMap((hub) => hub.hellos).length === hellos);

/** Returns a page whose workers behave like this, by the order in which they are made. */
function pageWith(...behaviours: ((hub: FakeHub) => void)[]): FakePage {
  const page = new FakePage();
  page.prepare = (hub) => behaviours[page.hubs.length - 1]?.(hub);
  return page;
}

describe("a tab whose worker is silent", () => {
  it("@G17 tries the other name after 2 s, and releases what it held for the first one", async () => {
    const page = pageWith(silence);
    const connecting = page.connect();
    await greeted(page, 1);
    page.clock.advance(1_999);
    await until(() => true);
    expect(page.names).toEqual([FIRST]);
    page.clock.advance(1);
    const session = await connecting;
    expect([page.names, session.status.state]).toEqual([[FIRST, SECOND], "online"]);
    const [, second] = page.hubs;
    const tabs = page.locks.held.filter((name) => name.includes(":tab:"));
    expect(tabs).toEqual([`wamp-mux:tab:${second?.hellos[0]?.tab}`]);
    expect([page.locks.watching, page.clock.pending]).toEqual([1, 0]);
    expect(page.released).toBe(1);
  });

  it("@G17 finds the tabs that went to the second name before, whichever worker is alive", async () => {
    const page = pageWith(silence);
    for (const hellos of [1, 3]) {
      const connecting = page.connect({ principal: `user ${hellos}` });
      await greeted(page, hellos);
      page.clock.advance(2_000);
      await connecting;
    }
    expect(page.names).toEqual([FIRST, SECOND, FIRST, SECOND]);
    expect(page.hubs).toHaveLength(2);
  });

  it("comes back to the first name while the second one is silent too, and gives up after attachTimeout", async () => {
    const page = pageWith(silence, silence);
    const connecting = page.connect({ attachTimeout: 8_000 });
    const failed = expect(connecting).rejects.toMatchObject({
      name: "WorkerStartError",
      reason: "timeout",
      url: "bundled",
      message: expect.stringContaining("The worker bundled did not answer within 8000 ms") as unknown,
    });
    for (const hellos of [1, 2, 3, 4]) {
      await greeted(page, hellos);
      page.clock.advance(2_000);
    }
    await failed;
    await until(() => page.locks.held.every((name) => !name.includes(":tab:")));
    expect(page.names).toEqual([FIRST, SECOND, FIRST, SECOND]);
    expect(page.clock.pending).toBe(0);
  });

  it("@G17 is told why its worker did not start, also if that takes longer than the worker may be silent", async () => {
    const page = pageWith(silence, silence);
    const failures: ((error: unknown) => void)[] = [];
    page.startFailure = () => new Promise((_never, fail) => failures.push(fail));
    const connecting = page.connect();
    const failed = expect(connecting).rejects.toMatchObject({ reason: "not-found" });
    await greeted(page, 1);
    page.clock.advance(2_000);
    await greeted(page, 2);
    failures[0]?.(new WorkerStartError("status 404", { reason: "not-found", url: "bundled" }));
    await failed;
    await until(() => page.locks.held.every((name) => !name.includes(":tab:")));
    expect([page.released, page.clock.pending]).toEqual([2, 0]);
  });

  it("tries both names within a short attachTimeout", async () => {
    const page = pageWith(silence);
    const connecting = page.connect({ attachTimeout: 100 });
    await greeted(page, 1);
    page.clock.advance(25);
    await connecting;
    expect(page.names).toEqual([FIRST, SECOND]);
  });

  it("does not leave a worker that is alive but busy", async () => {
    let answer = (): void => undefined;
    const page = pageWith((hub) => {
      hub.answerHello = () => new Promise((resolve) => (answer = () => resolve(hub.welcome())));
    });
    const connecting = page.connect();
    await greeted(page, 1);
    await until(() => page.clock.pending === 1);
    page.clock.advance(9_000);
    answer();
    await connecting;
    expect(page.names).toEqual([FIRST]);
  });

  it("takes the rejection of a ping, by a worker that does not know it, for a sign of life", async () => {
    const page = pageWith((hub) => {
      hub.pong = () => Promise.reject(new TypeError("not a function"));
      hub.answerHello = pending;
    });
    const connecting = page.connect();
    connecting.catch(() => undefined);
    await greeted(page, 1);
    await until(() => page.clock.pending === 1);
    page.clock.advance(9_000);
    await until(() => true);
    expect(page.names).toEqual([FIRST]);
    page.clock.advance(1_000);
    await expect(connecting).rejects.toMatchObject({ reason: "timeout" });
  });
});

describe("a tab whose session another worker has", () => {
  it("@G1 goes to the other name at once, and back", async () => {
    const page = pageWith(
      (hub) => {
        hub.answerHello = () => (hub.hellos.length === 1 ? elsewhere : hub.welcome());
      },
      (hub) => {
        hub.answerHello = () => elsewhere;
      },
    );
    const session = await page.connect();
    expect(page.names).toEqual([FIRST, SECOND, FIRST]);
    expect([session.status.state, page.clock.pending]).toEqual(["online", 0]);
  });

  it("releases each worker that has sent it away at once, not at the end of the attempt", async () => {
    const page = pageWith((hub) => {
      hub.answerHello = () => elsewhere;
    }, silence);
    const connecting = page.connect();
    await greeted(page, 2);
    expect(page.released).toBe(1);
    page.clock.advance(2_000);
    await greeted(page, 3);
    page.clock.advance(8_000);
    await expect(connecting).rejects.toMatchObject({ reason: "elsewhere" });
  });

  it("says so if it finds no worker that admits it within attachTimeout", async () => {
    const page = pageWith((hub) => {
      hub.answerHello = () => elsewhere;
    }, silence);
    const connecting = page.connect({ attachTimeout: 2_000 });
    const failed = expect(connecting).rejects.toMatchObject({
      name: "WorkerStartError",
      reason: "elsewhere",
    });
    await greeted(page, 2);
    page.clock.advance(2_000);
    await failed;
  });

  it("@G17 keeps trying after a loss, as long as `retry` allows", async () => {
    const page = new FakePage();
    const session = await page.connect({ retry: { maxAttempts: 2 } });
    page.clock.advance(60_000);
    page.prepare = silence;
    await page.crash(session);
    for (const [attempt, delay] of [0, 500].entries()) {
      page.clock.advance(delay);
      for (const tried of [1, 2, 3, 4]) {
        await greeted(page, 1 + attempt * 4 + tried);
        page.clock.advance(2_000);
      }
      page.clock.advance(2_000);
      await until(() => page.locks.held.every((name) => !name.includes(":tab:")));
    }
    expect(await session.closed).toMatchObject({ error: { name: "WorkerStartError", reason: "timeout" } });
  });
});
