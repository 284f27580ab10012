import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.report";

it("carries progressive results and then the final one", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { receive_progress: true }, procedure);
  expect((await callee.next())[3]).toEqual({ receive_progress: true });
  for (const part of [1, 2]) callee.send(70, 1, { progress: true }, [part]);
  callee.send(70, 1, {}, ["end"]);
  expect(await caller.next()).toEqual([50, call, { progress: true }, [1]]);
  expect(await caller.next()).toEqual([50, call, { progress: true }, [2]]);
  expect(await caller.next()).toEqual([50, call, {}, ["end"]]);
});

it("carries progressive results and then an ERROR", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { receive_progress: true }, procedure);
  await callee.next();
  callee.send(70, 1, { progress: true }, [1]);
  callee.send(8, 68, 1, {}, "com.example.oops");
  await caller.next();
  expect(await caller.next()).toEqual([8, 48, call, {}, "com.example.oops"]);
});

it("does not request progress from a callee that did not announce it", async () => {
  const router = memoryRouter();
  const callee = await router.join({ roles: { callee: {} } });
  const caller = await router.join();
  await callee.ask(64, {}, procedure);
  caller.request(48, { receive_progress: true }, procedure);
  expect((await callee.next())[3]).toEqual({});
});

it("aborts a callee that sends progress unasked", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  caller.request(48, {}, procedure);
  await callee.next();
  callee.send(70, 1, { progress: true }, [1]);
  expect((await callee.next())[2]).toBe("wamp.error.protocol_violation");
  expect((await caller.next())[4]).toBe("wamp.error.canceled");
});

it("drops the progress of a call that was cancelled", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, { receive_progress: true }, procedure);
  await callee.next();
  caller.send(49, call, { mode: "skip" });
  await caller.next();
  callee.send(70, 1, { progress: true }, [1]);
  callee.send(70, 1, {}, ["end"]);
  await callee.unread();
  expect(await caller.unread()).toEqual([]);
});
