import { expect, it } from "vitest";
import { FakeClock } from "../../../testing/fake-clock.js";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.slow";

function routerWithClock() {
  const clock = new FakeClock();
  const after = (milliseconds: number, task: () => void) => clock.after(milliseconds, task);
  return { clock, router: memoryRouter({}, { after }) };
}

it("answers timeout to the caller and interrupts the callee", async () => {
  const { clock, router } = routerWithClock();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { timeout: 5 }, procedure);
  await callee.next();
  clock.advance(4);
  expect(await caller.unread()).toEqual([]);
  clock.advance(1);
  expect(await caller.next()).toEqual([8, 48, call, {}, "wamp.error.timeout", ["no result within 5 ms"]]);
  expect(await callee.next()).toEqual([69, 1, { mode: "killnowait", reason: "wamp.error.timeout" }]);
  callee.send(70, 1, {}, ["late"]);
  await callee.unread();
  expect(await caller.unread()).toEqual([]);
});

it.each(["result", "caller", "callee"])(
  "leaves no timer behind after the end of the call: %s",
  async (end) => {
    const { clock, router } = routerWithClock();
    const watcher = await router.join();
    await watcher.ask(32, {}, "wamp.session.on_leave");
    const [callee, caller] = [await router.join(), await router.join()];
    await callee.ask(64, {}, procedure);
    caller.request(48, { timeout: 60_000 }, procedure);
    await callee.next();
    expect(clock.pending).toBe(1);
    if (end === "result") {
      callee.send(70, 1, {});
      await caller.next();
    } else {
      (end === "callee" ? callee : caller).vanish();
      await watcher.next();
    }
    expect(clock.pending).toBe(0);
  },
);

it("sets no timer for a call without a timeout", async () => {
  const { clock, router } = routerWithClock();
  const client = await router.join();
  await client.ask(64, {}, procedure);
  await client.ask(48, { timeout: 0 }, procedure);
  await client.ask(48, {}, procedure);
  expect(clock.pending).toBe(0);
});
