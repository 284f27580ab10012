import { expect, test } from "./support/fixtures.js";
import { needs } from "./support/needs.js";

test("@G8 a call carries args and kwargs to another tab and back", async ({ tabs, uri }) => {
  const [callee, caller] = await tabs.two();
  await callee.register(uri("echo"), "echo");

  const answer = await caller.page.evaluate(
    (procedure) =>
      window.session.callResult(procedure, [1, "two", null, [3]], { kwargs: { four: { five: 5 } } }),
    uri("echo"),
  );

  expect(answer).toMatchObject({ args: [1, "two", null, [3]], kwargs: { four: { five: 5 } } });
  expect(await callee.invocations(uri("echo"), 1)).toMatchObject([
    { args: [1, "two", null, [3]], kwargs: { four: { five: 5 } }, procedure: uri("echo") },
  ]);
  expect(await caller.call(uri("echo"), ["first", "second"])).toBe("first");
  expect(await caller.call(uri("echo"))).toBeUndefined();
});

test("a procedure is called from its own tab, from another tab and from a foreign session", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [callee, sibling] = await tabs.two();
  await callee.register(uri("sum"), "sum");

  expect(await callee.call(uri("sum"), [1, 2])).toBe(3);
  expect(await sibling.call(uri("sum"), [3, 4])).toBe(7);
  expect(await foreign.call(uri("sum"), [5, 6])).toMatchObject({ args: [11] });
});

test("a tab calls a foreign session", async ({ tabs, foreign, uri }) => {
  await foreign.register(uri("foreign"), ({ args, kwargs, result }) =>
    result([args.length, "b"], { kwargs }),
  );
  const tab = await tabs.open();

  const answer = await tab.page.evaluate(
    (procedure) => window.session.callResult(procedure, [1, 2, 3], { kwargs: { a: true } }),
    uri("foreign"),
  );

  expect(answer).toMatchObject({ args: [3, "b"], kwargs: { kwargs: { a: true } } });
});

test("the caller is disclosed to the handler on its own request", async ({ tabs, router, uri }) => {
  needs(router, "dealer", "caller_identification");
  const [callee, caller] = await tabs.two();
  await callee.register(uri("echo"), "echo");

  await caller.call(uri("echo"), [], { discloseMe: true });

  expect(await callee.invocations(uri("echo"), 1)).toMatchObject([{ caller: await caller.sessionId() }]);
});

test("@G8 a WAMP error of a handler arrives whole, as an Error with a stack", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [callee, caller] = await tabs.two();
  await callee.page.evaluate(
    async ([procedure, error]) => {
      const fail = () => {
        throw new window.wampMux.WampError(error, ["no such user", 7], { hint: "deleted" });
      };
      window.kit.track(procedure, await window.session.register(procedure, fail));
    },
    [uri("fail"), uri("error.no_such_user")] as const,
  );
  await foreign.register(uri("foreign"), ({ error }) => error(uri("error.foreign"), [1], { two: 2 }));

  const error = { name: "WampError", isError: true, isWampMuxError: true, hasStack: true };
  expect(await caller.callOutcome(uri("fail"))).toMatchObject({
    ok: false,
    error: {
      ...error,
      uri: uri("error.no_such_user"),
      args: ["no such user", 7],
      kwargs: { hint: "deleted" },
    },
  });
  expect(await caller.callOutcome(uri("foreign"))).toMatchObject({
    ok: false,
    error: { ...error, uri: uri("error.foreign"), args: [1], kwargs: { two: 2 }, details: {} },
  });
  await expect(foreign.call(uri("fail"))).rejects.toMatchObject({
    uri: uri("error.no_such_user"),
    args: ["no such user", 7],
    kwargs: { hint: "deleted" },
  });
});

test("@G8 any other error of a handler keeps its message", async ({ tabs, foreign, uri }) => {
  tabs.expectErrors();
  const [callee, caller] = await tabs.two();
  await callee.page.evaluate(async (procedure) => {
    const fail = () => Promise.reject(new RangeError("seven is too much"));
    window.kit.track(procedure, await window.session.register(procedure, fail));
  }, uri("fail"));

  expect(await caller.callOutcome(uri("fail"))).toMatchObject({
    ok: false,
    error: { name: "WampError", uri: "wamp.error.runtime_error", args: ["seven is too much"] },
  });
  await expect(foreign.call(uri("fail"))).rejects.toMatchObject({
    uri: "wamp.error.runtime_error",
    args: ["seven is too much"],
  });
});

test("@G8 an error of the router arrives with its URI", async ({ tabs, uri }) => {
  const tab = await tabs.open();
  expect(await tab.callOutcome(uri("missing"))).toMatchObject({
    ok: false,
    error: { name: "WampError", uri: "wamp.error.no_such_procedure" },
  });
});

test("a second single registration is rejected, no matter which tab or session holds the first", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two();
  await first.register(uri("mine"), "who");
  await foreign.register(uri("theirs"), ({ result }) => result(["foreign"]));

  const refused = { ok: false, error: { name: "WampError", uri: "wamp.error.procedure_already_exists" } };
  expect(await second.registerOutcome(uri("mine"), "who")).toMatchObject(refused);
  expect(await first.registerOutcome(uri("mine"), "who", {}, "again")).toMatchObject(refused);
  expect(await second.registerOutcome(uri("theirs"), "who")).toMatchObject(refused);
  await expect(foreign.register(uri("mine"), () => {})).rejects.toMatchObject({
    uri: "wamp.error.procedure_already_exists",
  });
  expect(await second.call(uri("mine"))).toBe("tab1");
  expect(await second.call(uri("theirs"))).toBe("foreign");
});

test("unregister() frees the procedure for another tab, and a second call changes nothing", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two();
  await first.register(uri("p"), "who");
  await first.end(uri("p"));
  await first.end(uri("p"));
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });

  await second.register(uri("p"), "who");

  expect(await first.call(uri("p"))).toBe("tab2");
});

test("pattern-based registrations get the matching calls, each with its procedure", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  needs(router, "dealer", "pattern_based_registration");
  const tab = await tabs.open();
  await tab.register(uri("tree"), "echo", { match: "prefix" });
  await tab.register(`${uri("table")}..cell`, "echo", { match: "wildcard" });

  await foreign.call(uri("tree.branch.leaf"), [1]);
  await foreign.call(uri("table.7.cell"), [2]);

  expect(await tab.invocations(uri("tree"), 1)).toMatchObject([
    { procedure: uri("tree.branch.leaf"), args: [1] },
  ]);
  expect(await tab.invocations(`${uri("table")}..cell`, 1)).toMatchObject([
    { procedure: uri("table.7.cell"), args: [2] },
  ]);
});

test("@G7 many calls at once settle once each, each with its own answer", async ({ tabs, router, uri }) => {
  const [callee, caller] = await tabs.two();
  await callee.register(uri("echo"), "echo");

  const answers = await caller.page.evaluate(
    ([procedure, length]) =>
      Promise.all(Array.from({ length }, (_, n) => window.session.call(procedure, [n]))),
    [uri("echo"), router.burst] as const,
  );

  expect(answers).toEqual(Array.from({ length: router.burst }, (_, n) => n));
});
