import type { DeadlyName } from "wamp-mux/router";
import { quickRetry as retry } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { needsFaults } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

/** Subscribes or registers; resolves with the error that ends the handle. */
function startHandle(tab: Tab, type: "SUBSCRIBE" | "REGISTER", uri: string): Promise<void> {
  return tab.page.evaluate(
    async ([type, uri]) => {
      const handle =
        type === "SUBSCRIBE"
          ? await window.session.subscribe(uri, () => undefined)
          : await window.session.register(uri, () => undefined);
      window.kit.start("ended", async () => {
        const error = await handle.ended;
        if (error !== undefined) throw error;
      });
    },
    [type, uri] as const,
  );
}

for (const type of ["SUBSCRIBE", "REGISTER"] as const) {
  test(`@G13 @G23 a ${type} over which the router drops each restored session is set aside, and the other tabs work on`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const { faults } = needsFaults(router);
    const [first, second, third] = await tabs.three({ retry });
    await startHandle(first, type, uri("bad"));
    for (const name of ["a", "b", "c"]) await second.subscribe(uri(name));
    await third.register(uri("echo"), "echo");
    faults.dropOn(uri("bad"), type);

    router.proxy.drop();

    expect(await first.settled("ended")).toMatchObject({
      ok: false,
      error: { name: "SetAsideError", uri: uri("bad") },
    });
    for (const tab of [first, second, third]) await tab.waitForStatus("online");
    // Restores precede the requests.
    expect(await second.call(uri("echo"), ["alive"])).toBe("alive");
    await foreign.publish(uri("c"), [1]);
    expect(await second.firstArgs(uri("c"), 1)).toEqual([1]);
    expect(router.dev?.counts.received[type]).toBeGreaterThan(3);
  });
}

for (const type of ["CALL", "PUBLISH"] as const satisfies readonly DeadlyName[]) {
  test(`@G23 a ${type} over which the router drops the session is refused by name after three losses`, async ({
    tabs,
    router,
    uri,
  }) => {
    const dev = needsFaults(router);
    const [first, second, third] = await tabs.three({ retry });
    await third.register(uri("echo"), "echo");
    dev.faults.dropOn(uri("bad"), type);
    const connections = dev.counts.connections;
    const ask = () =>
      type === "CALL"
        ? first.callOutcome(uri("bad"))
        : first.publishOutcome(uri("bad"), [], { acknowledge: true });

    const outcomes = [await ask(), await ask(), await ask(), await ask(), await ask()];

    const lost = { ok: false, error: { name: "ConnectionLostError", sent: true } };
    const aside = { ok: false, error: { name: "SetAsideError", uri: uri("bad") } };
    expect(outcomes).toMatchObject([lost, lost, lost, aside, aside]);
    await second.waitForStatus("online");
    expect(await second.call(uri("echo"), ["alive"])).toBe("alive");
    expect(dev.counts.connections - connections).toBe(3);
  });
}

for (const type of ["CALL", "PUBLISH"] as const satisfies readonly DeadlyName[]) {
  test(`@G16 @G23 a durable ${type} over which the router drops the session becomes a dead letter, and later entries are sent`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const dev = needsFaults(router);
    const [first, second, third] = await tabs.three({ retry });
    await third.register(uri("echo"), "echo");
    const events = await foreign.subscribe(uri("later"));
    dev.faults.dropOn(uri("bad"), type);
    const { connections } = dev.counts;

    if (type === "CALL") await first.startCall("bad", uri("bad"), [], { offline: "durable" });
    else await first.startPublish("bad", uri("bad"), [], { offline: "durable", acknowledge: true });
    for (const value of [1, 2]) await first.publish(uri("later"), [value], { offline: "durable" });

    const lost = { name: "ConnectionLostError", sent: true };
    expect(await first.settled("bad")).toMatchObject({ ok: false, error: lost });
    const got = await events.waitForCount(2);
    // A loss repeats what was not acknowledged before it.
    expect([...new Set(got.map(({ args }) => args[0]))]).toEqual([1, 2]);
    expect(await second.page.evaluate(deadLetters)).toEqual([
      { uri: uri("bad"), attempts: 3, error: lost.name, cause: "SetAsideError" },
    ]);
    for (const tab of [first, second, third]) await tab.waitForStatus("online");
    expect(await second.call(uri("echo"), ["alive"])).toBe("alive");
    expect(dev.counts.connections - connections).toBe(3);
  });
}

/** Runs in a page, when all other entries are settled. */
async function deadLetters() {
  for await (const entries of window.session.outbox.watch())
    if (entries.every(({ state }) => state === "failed"))
      return entries.map(({ uri, attempts, error }) => ({
        uri,
        attempts,
        error: error?.name,
        cause: error?.cause instanceof Error ? error.cause.name : undefined,
      }));
  throw new Error("the session was closed");
}
