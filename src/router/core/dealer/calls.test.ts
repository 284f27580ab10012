import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const procedure = "com.example.add";

it("carries a call to the callee and its result back", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  const [, , registration] = await callee.ask(64, {}, procedure);
  const call = caller.request(48, {}, procedure, [1, "two"], { three: 3 });
  expect(await callee.next()).toEqual([68, 1, registration, {}, [1, "two"], { three: 3 }]);
  callee.send(70, 1, {}, [6], { unit: "m" });
  expect(await caller.next()).toEqual([50, call, {}, [6], { unit: "m" }]);
});

it("omits arguments that were not given", async () => {
  const router = memoryRouter();
  const client = await router.join();
  const [, , registration] = await client.ask(64, {}, procedure);
  const call = client.request(48, {}, procedure);
  expect(await client.next()).toEqual([68, 1, registration, {}]);
  client.send(70, 1, {});
  expect(await client.next()).toEqual([50, call, {}]);
});

it("numbers the invocations of each callee from 1", async () => {
  const router = memoryRouter();
  const [one, two, caller] = [await router.join(), await router.join(), await router.join()];
  await one.ask(64, {}, "com.example.one");
  await two.ask(64, {}, "com.example.two");
  for (const name of ["com.example.one", "com.example.two", "com.example.one"]) caller.request(48, {}, name);
  await caller.unread();
  expect((await one.unread()).map(([, request]) => request)).toEqual([1, 2]);
  expect((await two.unread()).map(([, request]) => request)).toEqual([1]);
});

it("answers no_such_procedure for a procedure without a registration, including those below wamp.", async () => {
  const router = memoryRouter();
  const client = await router.join();
  await client.ask(64, { match: "prefix" }, "w");
  const answer = await client.ask(48, {}, procedure);
  expect([answer[1], answer[4]]).toEqual([48, "wamp.error.no_such_procedure"]);
  expect((await client.ask(48, {}, "wamp.session.nothing"))[4]).toBe("wamp.error.no_such_procedure");
});

it("carries the callee's ERROR with details and arguments", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, {}, procedure);
  await callee.next();
  callee.send(8, 68, 1, { x_hint: 1 }, "com.example.oops", ["why"], { code: 7 });
  expect(await caller.next()).toEqual([8, 48, call, { x_hint: 1 }, "com.example.oops", ["why"], { code: 7 }]);
});

it("discloses the caller on request", async () => {
  const router = memoryRouter();
  const callee = await router.join();
  const caller = await router.join({ authid: "joe" });
  await callee.ask(64, {}, procedure);
  caller.request(48, {}, procedure);
  caller.request(48, { disclose_me: true }, procedure);
  await caller.unread();
  expect((await callee.unread()).map((invocation) => invocation[3])).toEqual([
    {},
    { caller: caller.session, caller_authid: "joe", caller_authrole: "anonymous" },
  ]);
});

it("accepts answers to calls in any order", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const [first, second] = [caller.request(48, {}, procedure), caller.request(48, {}, procedure)];
  await callee.next();
  await callee.next();
  callee.send(70, 2, {}, ["second"]);
  callee.send(70, 1, {}, ["first"]);
  expect(await caller.next()).toEqual([50, second, {}, ["second"]]);
  expect(await caller.next()).toEqual([50, first, {}, ["first"]]);
});

it("ignores an answer to an unknown invocation", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.send(70, 77, {}, [1]);
  client.send(8, 68, 77, {}, "com.example.oops");
  expect(await client.unread()).toEqual([]);
});

it("answers canceled to the caller when the callee is lost", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, {}, procedure);
  const call = caller.request(48, {}, procedure);
  await callee.next();
  callee.vanish();
  expect(await caller.next()).toEqual([
    8,
    48,
    call,
    {},
    "wamp.error.canceled",
    ["callee disconnected from in-flight request"],
  ]);
});

it("interrupts the callee when the caller is lost", async () => {
  const router = memoryRouter();
  const [callee, caller] = [await router.join(), await router.join()];
  await callee.ask(64, { concurrency: 1 }, procedure);
  caller.request(48, {}, procedure);
  await callee.next();
  caller.vanish();
  expect(await callee.next()).toEqual([69, 1, { mode: "killnowait", reason: "wamp.error.canceled" }]);
  callee.send(70, 1, {}, ["too late"]);
  callee.request(48, {}, procedure);
  expect((await callee.next()).slice(0, 2)).toEqual([68, 2]);
});
