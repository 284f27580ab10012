import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.add";

/** Returns the callees, of three with `options`, that unanswered calls invoke. */
async function invoked(options: Record<string, unknown>, calls: number): Promise<number[]> {
  const router = memoryRouter();
  const callees = [];
  for (let index = 0; index < 3; index++) callees.push(await router.join());
  for (const callee of callees) await callee.ask(64, options, procedure);
  const caller = await router.join();
  for (let call = 0; call < calls; call++) caller.request(48, {}, procedure, [call]);
  await caller.unread();
  const picked: number[] = [];
  for (const [index, callee] of callees.entries()) {
    for (const invocation of await callee.unread()) picked[Number([invocation[4]].flat()[0])] = index;
  }
  return picked;
}

it("has one registration id for callees of the same policy, also for a repetition", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  const [, , id] = await one.ask(64, { invoke: "roundrobin" }, procedure);
  expect((await two.ask(64, { invoke: "roundrobin" }, procedure))[2]).toBe(id);
  expect((await one.ask(64, { invoke: "roundrobin" }, procedure))[2]).toBe(id);
});

it("refuses a callee with another policy", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(64, { invoke: "roundrobin" }, procedure);
  for (const invoke of ["single", "random", "first", "last"]) {
    expect((await client.ask(64, { invoke }, procedure))[4]).toBe(
      "wamp.error.procedure_exists_with_different_invocation_policy",
    );
  }
});

it("roundrobin: invokes the callees in turn", async () => {
  expect(await invoked({ invoke: "roundrobin" }, 5)).toEqual([0, 1, 2, 0, 1]);
});

it("counts a session once, also after repeated registrations", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  for (const callee of [one, one, two]) await callee.ask(64, { invoke: "roundrobin" }, procedure);
  for (let call = 0; call < 4; call++) two.request(48, {}, procedure);
  const codes = (await two.unread()).map(([code]) => code);
  expect(codes).toEqual([68, 68]);
  expect((await one.unread()).map(([code]) => code)).toEqual([68, 68]);
});

it("first: invokes the first callee; last: the last one", async () => {
  expect(await invoked({ invoke: "first" }, 3)).toEqual([0, 0, 0]);
  expect(await invoked({ invoke: "last" }, 3)).toEqual([2, 2, 2]);
});

it("random: reaches every callee", async () => {
  expect(new Set(await invoked({ invoke: "random" }, 200))).toEqual(new Set([0, 1, 2]));
});

it("invokes another callee when one is at its concurrency limit", async () => {
  expect(await invoked({ invoke: "first", concurrency: 2 }, 6)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(await invoked({ invoke: "last", concurrency: 1 }, 3)).toEqual([2, 1, 0]);
});

it("answers unavailable when every callee is busy, until one has answered", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, { concurrency: 1 }, procedure);
  caller.request(48, {}, procedure);
  const [, invocation] = await callee.next();
  expect((await caller.ask(48, {}, procedure))[4]).toBe("wamp.error.unavailable");
  callee.send(70, invocation, {});
  await caller.next();
  caller.request(48, {}, procedure);
  expect((await callee.next())[0]).toBe(68);
});

it("roundrobin: keeps the turn when a callee leaves", async () => {
  const router = memoryRouter();
  const caller = await router.join();
  const callees = [];
  for (let index = 0; index < 3; index++) callees.push(await router.join());
  const ids = [];
  for (const callee of callees) ids.push((await callee.ask(64, { invoke: "roundrobin" }, procedure))[2]);
  caller.request(48, {}, procedure);
  await callees[0]?.next();
  await callees[0]?.ask(66, ids[0]);
  caller.request(48, {}, procedure);
  expect((await callees[1]?.next())?.[0]).toBe(68);
});
