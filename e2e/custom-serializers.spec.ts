import { startRouter } from "wamp-mux/router";
import type { NamedSerializer } from "wamp-mux/router";
import * as tagged from "./pages/tagged.js";
import * as taggedBytes from "./pages/tagged-bytes.js";
import { expect, test } from "./support/fixtures.js";
import { cannotRunIn } from "./support/needs.js";

const modules = {
  tagged: { module: tagged, url: "/e2e/pages/tagged.js" },
  "tagged-bytes": { module: taggedBytes, url: "/e2e/pages/tagged-bytes.js" },
} as const;
type Name = keyof typeof modules;

/** Starts a router that speaks the application's serializers. */
const router = (...others: readonly ("json" | "msgpack")[]) =>
  startRouter({
    serializers: [
      ...Object.entries(modules).map(([name, { module }]): NamedSerializer => ({ name, ...module })),
      ...others,
    ],
  });

const choice = (name: Name) => ({ name, url: modules[name].url });

for (const name of ["tagged", "tagged-bytes"] as const) {
  test(`@G28 ${name}: a serializer of the application carries its own values in calls and events, and lazily`, async ({
    tabs,
    uri,
  }) => {
    await using own = await router("json");
    const options = { url: own.url, serializers: [choice(name), "json" as const] };
    const [callee, caller] = await tabs.two(options);
    expect(await caller.status()).toMatchObject({ state: "online", serializer: name });
    await callee.register(uri("echo"), "echo");
    await callee.page.evaluate(async (topic) => {
      const days = window.kit.recorder("days");
      const subscription = await window.session.subscribe(
        topic,
        ({ payload, args }) => days.add([payload.serializer, typeof payload.data, args[0] instanceof Date]),
        { lazy: true },
      );
      window.kit.track(topic, subscription);
    }, uri("days"));

    const answer = await caller.page.evaluate(
      async ([procedure, topic]) => {
        const { session } = window;
        await session.publish(topic, [new Date(5_000)], { acknowledge: true });
        const day = await session.call(procedure, [new Date(7_000)]);
        return day instanceof Date ? day.getTime() : day;
      },
      [uri("echo"), uri("days")] as const,
    );

    expect(answer).toBe(7_000);
    expect(await callee.events("days", 1)).toEqual([[name, name === "tagged" ? "string" : "object", true]]);
    const failed = await caller.page.evaluate(
      (procedure) => window.kit.outcome(window.session.call(procedure, [() => 0])),
      uri("echo"),
    );
    expect(failed).toMatchObject({
      ok: false,
      error: {
        name: "SerializationError",
        message: expect.stringContaining("a function is no data") as unknown,
      },
    });
    expect(await caller.call(uri("echo"), ["still there"])).toBe("still there");
    for (const tab of [callee, caller]) await tab.leave();
  });
}

test("@G28 a page that cannot load the module, and one that was not told of it, get everything in JSON", async ({
  tabs,
  pages,
  uri,
}) => {
  tabs.expectErrors();
  await using own = await router("json");
  const callee = await tabs.open({ url: own.url, serializers: [choice("tagged"), "json"] });
  await callee.register(uri("echo"), "echo");
  const file = pages.watch("/e2e/pages/tagged.js", "refuse");
  try {
    const blind = await tabs.open({ url: own.url, serializers: [choice("tagged"), "json"] });
    const untold = await tabs.open({ url: own.url });
    for (const tab of [blind, untold]) {
      expect(await tab.status()).toMatchObject({ state: "online", serializer: "tagged" });
      await tab.subscribe(uri("topic"));
      expect(await tab.call(uri("echo"), [{ deep: ["text"] }])).toEqual({ deep: ["text"] });
    }
    await callee.publish(uri("topic"), ["first"]);
    for (const tab of [blind, untold]) expect(await tab.firstArgs(uri("topic"), 1)).toEqual(["first"]);
    for (const tab of [blind, untold, callee]) await tab.leave();
  } finally {
    file.end();
  }
});

test("@G28 if the worker cannot load the module, the session uses the next serializer, and the page is warned", async ({
  tabs,
  pages,
  uri,
}) => {
  tabs.expectErrors();
  await using own = await router("json");
  const file = pages.watch("/e2e/pages/tagged.js", "refuse");
  try {
    const tab = await tabs.open({ url: own.url, serializers: [choice("tagged"), "json"] });
    expect(await tab.status()).toMatchObject({ state: "online", serializer: "json" });
    await tab.register(uri("sum"), "sum");
    expect(await tab.call(uri("sum"), [1, 2])).toBe(3);
    await tab.leave();
  } finally {
    file.end();
  }
});

test("@G28 a serializer of the application works under a policy that allows scripts of the own origin alone", async ({
  tabs,
  pages,
  uri,
}) => {
  cannotRunIn("webkit", "the tests reach its pages through eval, which the policy forbids");
  await using own = await router();
  const options = { url: own.url, serializers: [choice("tagged-bytes")], workerUrl: "/strict/worker.js" };
  const tab = await tabs.blank(options, pages.strict);
  await tab.connect();
  expect(await tab.status()).toMatchObject({ serializer: "tagged-bytes" });
  await tab.register(uri("sum"), "sum");
  expect(await tab.call(uri("sum"), [1, 2])).toBe(3);
  await tab.leave();
});
