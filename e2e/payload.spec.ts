import { expect, test } from "./support/fixtures.js";

test("a payload that cannot be encoded rejects only its own call", async ({ tabs, uri }) => {
  const [callee, caller] = await tabs.two();
  await callee.register(uri("echo"), "echo");

  const outcomes = await caller.page.evaluate(async (procedure) => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const bad: readonly unknown[] = [
      () => {},
      circle,
      Symbol("s"),
      { deep: [1, { callback: () => {} }] },
      1n,
    ];
    // All calls are made in one turn, so that good and bad ones share a batch.
    return Promise.all(
      bad.flatMap((value, n) => [
        window.kit.outcome(window.session.call(procedure, [n, value])),
        window.kit.outcome(window.session.call(procedure, [n])),
      ]),
    );
  }, uri("echo"));

  const refused = outcomes.filter((_, n) => n % 2 === 0);
  for (const outcome of refused.slice(0, 4)) {
    expect(outcome).toMatchObject({ ok: false, error: { name: "SerializationError", isWampMuxError: true } });
  }
  expect(refused[3]).toMatchObject({ error: { path: expect.stringContaining("callback") as unknown } });
  const answered = outcomes.filter((_, n) => n % 2 === 1);
  expect(answered).toEqual([0, 1, 2, 3, 4].map((value) => ({ ok: true, value })));
});

test("a publication that cannot be encoded is refused, and the next one is sent", async ({
  tabs,
  foreign,
  uri,
}) => {
  const events = await foreign.subscribe(uri("topic"));
  const tab = await tabs.open();

  const outcome = await tab.page.evaluate(
    (topic) => window.kit.outcome(window.session.publish(topic, [], { kwargs: { f: () => {} } })),
    uri("topic"),
  );
  await tab.publish(uri("topic"), ["good"]);

  expect(outcome).toMatchObject({ ok: false, error: { name: "SerializationError" } });
  expect(await events.waitForCount(1)).toMatchObject([{ args: ["good"] }]);
});

test("@G23 a handler's result that cannot be encoded is an error for the caller and in the page of the handler", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [callee, caller] = await tabs.two();
  tabs.expectErrors();
  await callee.page.evaluate(async (procedure) => {
    addEventListener("error", ({ error }) =>
      window.kit.recorder("uncaught").add(window.kit.error(error).name),
    );
    const handler = ([good]: readonly unknown[]) => (good === true ? "good" : () => {});
    window.kit.track(procedure, await window.session.register(procedure, handler));
  }, uri("p"));

  expect(await caller.callOutcome(uri("p"))).toMatchObject({
    ok: false,
    error: { name: "WampError", uri: "wamp.error.runtime_error" },
  });
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.runtime_error" });
  expect(await callee.events("uncaught", 2)).toEqual(["SerializationError", "SerializationError"]);
  expect(await caller.call(uri("p"), [true])).toBe("good");
});
