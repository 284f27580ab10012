import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.slow";

async function running(calleeDetails?: Record<string, unknown>) {
  const router = memoryRouter();
  const callee = await router.join(calleeDetails);
  const caller = await router.join();
  await callee.ask(64, { concurrency: 1 }, procedure);
  const call = caller.request(48, {}, procedure);
  await callee.next();
  return { callee, caller, call };
}

const canceled = (call: number) => [8, 48, call, {}, "wamp.error.canceled", ["the caller canceled the call"]];
const interrupt = (mode: string) => [69, 1, { mode, reason: "wamp.error.canceled" }];

it("skip: answers the caller and sends the callee nothing; the late result is ignored", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "skip" });
  expect(await caller.next()).toEqual(canceled(call));
  expect(await callee.unread()).toEqual([]);
  expect((await caller.ask(48, {}, procedure))[4]).toBe("wamp.error.unavailable");
  callee.send(70, 1, {}, ["late"]);
  await callee.unread();
  caller.request(48, {}, procedure);
  expect((await callee.next()).slice(0, 2)).toEqual([68, 2]);
  expect(await caller.unread()).toEqual([]);
});

it("skip: answers the caller once, even if the callee is lost afterwards", async () => {
  const { callee, caller, call } = await running();
  await caller.ask(32, {}, "wamp.session.on_leave");
  caller.send(49, call, { mode: "skip" });
  expect(await caller.next()).toEqual(canceled(call));
  callee.vanish();
  expect((await caller.next())[0]).toBe(36);
  expect(await caller.unread()).toEqual([]);
});

it("killnowait: invokes the callee again without waiting for its answer", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "killnowait" });
  caller.request(48, {}, procedure);
  await callee.next();
  expect((await callee.next()).slice(0, 2)).toEqual([68, 2]);
});

it("killnowait: answers the caller and interrupts the callee, whose answer is ignored", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "killnowait" });
  expect(await caller.next()).toEqual(canceled(call));
  expect(await callee.next()).toEqual(interrupt("killnowait"));
  callee.send(8, 68, 1, {}, "wamp.error.canceled");
  await callee.unread();
  expect(await caller.unread()).toEqual([]);
});

it("kill: interrupts the callee and waits for its answer", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "kill" });
  expect(await callee.next()).toEqual(interrupt("kill"));
  expect(await caller.unread()).toEqual([]);
  callee.send(8, 68, 1, {}, "wamp.error.canceled", ["stopped"]);
  expect(await caller.next()).toEqual([8, 48, call, {}, "wamp.error.canceled", ["stopped"]]);
});

it("kill: sends the caller a result that crossed the INTERRUPT", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "kill" });
  callee.send(70, 1, {}, ["done"]);
  expect(await caller.next()).toEqual([50, call, {}, ["done"]]);
});

it("kill, then killnowait: answers the caller and interrupts once", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, { mode: "kill" });
  caller.send(49, call, { mode: "killnowait" });
  expect(await caller.next()).toEqual(canceled(call));
  expect(await callee.unread()).toEqual([interrupt("kill")]);
});

it("uses killnowait when no mode is given", async () => {
  const { callee, caller, call } = await running();
  caller.send(49, call, {});
  expect(await caller.next()).toEqual(canceled(call));
  expect(await callee.next()).toEqual(interrupt("killnowait"));
});

it("uses skip for a callee that did not announce call canceling", async () => {
  const { callee, caller, call } = await running({ roles: { callee: {}, caller: {} } });
  caller.send(49, call, { mode: "kill" });
  expect(await caller.next()).toEqual(canceled(call));
  expect(await callee.unread()).toEqual([]);
});

it("ignores a CANCEL of a call that is answered or was never made", async () => {
  const { callee, caller, call } = await running();
  callee.send(70, 1, {});
  await caller.next();
  caller.send(49, call, {});
  caller.send(49, 99, {});
  expect(await caller.unread()).toEqual([]);
  expect(await callee.unread()).toEqual([]);
});
