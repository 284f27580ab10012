import { expect, it, onTestFinished, vi } from "vitest";
import { RawClient } from "../../testing/raw-client.js";
import { routerForTest } from "../../testing/router-for-test.js";

const procedure = "com.example.slow";

it("answers timeout to the caller and interrupts the callee", async () => {
  const router = await routerForTest();
  const [callee, caller] = [await RawClient.join(router.url), await RawClient.join(router.url)];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { timeout: 5 }, procedure);
  expect(await caller.next()).toEqual([8, 48, call, {}, "wamp.error.timeout", ["no result within 5 ms"]]);
  await callee.next();
  expect(await callee.next()).toEqual([69, 1, { mode: "killnowait", reason: "wamp.error.timeout" }]);
  callee.send(70, 1, {}, ["late"]);
  await callee.unread();
  expect(await caller.unread()).toEqual([]);
});

it("leaves no timer behind when the result comes in time, or the caller or the callee is gone", async () => {
  const set = vi.spyOn(globalThis, "setTimeout");
  const clear = vi.spyOn(globalThis, "clearTimeout");
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const router = await routerForTest();
  const watcher = await RawClient.join(router.url);
  await watcher.ask(32, {}, "wamp.session.on_leave");
  for (const end of ["result", "caller", "callee"]) {
    const [callee, caller] = [await RawClient.join(router.url), await RawClient.join(router.url)];
    await callee.ask(64, {}, procedure);
    set.mockClear();
    clear.mockClear();
    caller.request(48, { timeout: 60_000 }, procedure);
    await callee.next();
    const timer: unknown = set.mock.results[set.mock.calls.findIndex(([, delay]) => delay === 60_000)]?.value;
    expect(timer).toBeDefined();
    if (end === "result") {
      callee.send(70, 1, {});
      await caller.next();
    }
    (end === "callee" ? callee : caller).vanish();
    await watcher.next();
    expect(clear.mock.calls.map(([cleared]) => cleared)).toContain(timer);
    (end === "callee" ? caller : callee).vanish();
    await watcher.next();
  }
});

it("takes a timeout that no timer can keep as none", async () => {
  const router = await routerForTest();
  const [callee, caller] = [await RawClient.join(router.url), await RawClient.join(router.url)];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { timeout: 2 ** 40 }, procedure);
  await callee.next();
  expect(await caller.unread()).toEqual([]);
  callee.send(70, 1, {});
  expect(await caller.next()).toEqual([50, call, {}]);
});
