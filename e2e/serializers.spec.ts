import { startRouter } from "wamp-mux/router";
import { freePort } from "../scripts/routers/index.mjs";
import { expect, test } from "./support/fixtures.js";
import { shows } from "./support/needs.js";

const values = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  -2.25e-7,
  2 ** 31,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  "",
  'grüße 🌍 \u0001 "quoted" \\',
  [],
  [[1], [2, [3]]],
  {},
  { a: { b: [{ c: null }] }, "": "empty key" },
];

for (const serializer of ["json", "msgpack", "cbor"] as const) {
  test(`${serializer}: values pass unchanged between tabs and to a foreign session and back`, async ({
    tabs,
    foreign,
    uri,
  }) => {
    shows(`serializer.${serializer}`);
    const [callee, caller] = await tabs.two({ serializers: [serializer] });
    await callee.register(uri("echo"), "echo");
    await foreign.register(uri("foreign"), ({ args, kwargs, result }) => result(args, kwargs));
    expect(await caller.status()).toMatchObject({ state: "online", serializer });

    for (const procedure of [uri("echo"), uri("foreign")]) {
      const answer = await caller.page.evaluate(
        async ([procedure, values]) => {
          const { args, kwargs } = await window.session.callResult(procedure, values, { kwargs: { values } });
          return { args, kwargs };
        },
        [procedure, values] as const,
      );
      expect(answer).toEqual({ args: values, kwargs: { values } });
    }
  });

  test(`${serializer}: a Uint8Array goes in and comes out as one`, async ({ tabs, router, foreign, uri }) => {
    const [callee, caller] = await tabs.two({ serializers: [serializer] });
    await callee.register(uri("echo"), "echo");
    const events = await foreign.subscribe(uri("bytes"));
    await callee.page.evaluate(async (topic) => {
      const record = ({ args: [bytes] }: { args: readonly unknown[] }) =>
        window.kit.recorder("bytes").add([bytes instanceof Uint8Array, Array.from(bytes as Uint8Array)]);
      window.kit.track(topic, await window.session.subscribe(topic, record));
    }, uri("bytes"));

    const answer = await caller.page.evaluate(
      async ([procedure, topic]) => {
        const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
        await window.session.publish(topic, [bytes.subarray(0, 4)]);
        const back = await window.session.call(procedure, [bytes]);
        return [back instanceof Uint8Array, Array.from(back as Uint8Array)];
      },
      [uri("echo"), uri("bytes")] as const,
    );

    expect(answer).toEqual([true, Array.from({ length: 256 }, (_, n) => n)]);
    expect(await callee.events("bytes", 1)).toEqual([[true, [0, 1, 2, 3]]]);
    const [event] = await events.waitForCount(1);
    // "Binary conversion of JSON strings" (WAMP): base64 after a zero character, which Nexus omits when it transcodes.
    const zero = router.name === "nexus" && serializer !== "json" ? "" : "\0";
    expect(event?.args).toEqual([`${zero}AAECAw==`]);
    await foreign.publish(uri("bytes"), ["\0/v8="]);
    if (zero === "\0") expect((await callee.events("bytes", 2))[1]).toEqual([true, [254, 255]]);
  });
}

test("the session takes the router's choice among several serializers", async ({ tabs, foreign, uri }) => {
  await foreign.register(uri("foreign"), ({ args, result }) => result(args));
  const tab = await tabs.open({ serializers: ["msgpack", "json"] });

  const status = await tab.status();

  expect(status).toMatchObject({
    state: "online",
    serializer: expect.stringMatching(/^(json|msgpack)$/),
  });
  expect(await tab.call(uri("foreign"), [{ deep: [1] }])).toEqual({ deep: [1] });
});

test("a router that supports only the second of the offered serializers chooses that one", async ({
  tabs,
  uri,
}) => {
  await using router = await startRouter({ serializers: ["msgpack"] });
  const [callee, caller] = await tabs.two({ url: router.url, serializers: ["json", "msgpack"] });
  await callee.register(uri("sum"), "sum");

  expect(await caller.status()).toMatchObject({ state: "online", serializer: "msgpack" });
  expect(await caller.call(uri("sum"), [1, 2])).toBe(3);
  for (const tab of [callee, caller]) await tab.leave();
});

for (const serializer of ["msgpack", "cbor"] as const) {
  const workerFile = `${serializer}-serializer.js`;

  test(`@G28 the files of ${serializer} are loaded by the sessions that use it, and by no others`, async ({
    tabs,
    pages,
  }) => {
    const files = [`${serializer}.js`, workerFile].map((file) => pages.watch(file, "serve"));
    const loads = () => files.map(({ requests }) => requests.items.length);
    try {
      await tabs.open({ serializers: ["json", serializer], principal: "json" });
      expect(loads()).toEqual([0, 0]);
      const tab = await tabs.open({ serializers: [serializer], principal: "binary" });
      expect(await tab.status()).toMatchObject({ state: "online", serializer });
      expect(loads()).toEqual([1, 1]);
    } finally {
      for (const file of files) file.end();
    }
  });

  for (const [fault, answer] of [
    ["is missing", "refuse"],
    ["does not arrive", "hang"],
  ] as const) {
    test(`if the worker's file of ${serializer} ${fault}, the session uses the next serializer`, async ({
      tabs,
      pages,
      uri,
    }) => {
      const file = pages.watch(workerFile, answer);
      try {
        const [callee, caller] = await tabs.two({ serializers: [serializer, "json"] });
        expect(await caller.status()).toMatchObject({ state: "online", serializer: "json" });
        expect(file.requests.items.length).toBeGreaterThan(0);
        await callee.register(uri("sum"), "sum");
        expect(await caller.call(uri("sum"), [1, 2])).toBe(3);
      } finally {
        file.end();
      }
    });
  }

  test(`${serializer} carries integers of 64 bits; one that is too large is an error, and the session survives`, async ({
    tabs,
    uri,
  }) => {
    const [tab, callee] = await tabs.two({ serializers: [serializer] });
    const id = await tab.sessionId();
    await callee.register(uri("echo"), "echo");
    for (const integer of [2n ** 53n + 1n, 2n ** 64n - 1n, -(2n ** 63n)]) {
      expect(await tab.call(uri("echo"), [integer])).toBe(integer);
    }

    const outcome = await tab.page.evaluate(
      (procedure) => window.kit.outcome(window.session.call(procedure, [2n ** 4096n])),
      uri("missing"),
    );

    expect(outcome).toMatchObject({ ok: false, error: { name: "SerializationError" } });
    expect(await tab.call("wamp.session.count")).toBeGreaterThan(0);
    expect(await tab.sessionId()).toBe(id);
  });
}

for (const serializer of ["msgpack", "cbor"] as const) {
  test(`@G28 a page that cannot load its file of ${serializer} gets everything in JSON`, async ({
    tabs,
    pages,
    foreign,
    uri,
  }) => {
    tabs.expectErrors();
    const file = pages.watch(`${serializer}.js`, "refuse");
    try {
      const [callee, caller] = await tabs.two({ serializers: [serializer] });
      expect(await caller.status()).toMatchObject({ state: "online", serializer });
      expect(file.requests.items.length).toBeGreaterThan(0);
      await callee.register(uri("echo"), "echo");
      await caller.subscribe(uri("topic"));
      for (const value of [1, { deep: ["text"] }])
        expect(await caller.call(uri("echo"), [value])).toEqual(value);
      await foreign.publish(uri("topic"), ["first"]);
      await foreign.publish(uri("topic"), [{ n: 2 }]);
      expect(await caller.firstArgs(uri("topic"), 2)).toEqual(["first", { n: 2 }]);
    } finally {
      file.end();
    }
  });
}

test("without the worker's MessagePack file, requests made before WELCOME arrive too", async ({
  tabs,
  pages,
  router,
  uri,
}) => {
  const file = pages.watch("msgpack-serializer.js", "refuse");
  try {
    const tab = await tabs.blank({
      serializers: ["msgpack", "json"],
      url: [`ws://127.0.0.1:${await freePort()}/`, router.url],
      retry: { initialDelay: 3_600_000, maxDelay: 3_600_000 },
    });
    const result = await tab.page.evaluate(
      async ([options, procedure]) => {
        const session = (window.session = await window.wampMux.connect(options));
        const registration = session.register(procedure, (args) => args[0]);
        const call = session.call(procedure, [{ text: "asked early" }]);
        if (session.status.state === "online") throw new Error("The session was online before the requests");
        await new Promise<void>((waiting) => {
          const look = (): void => {
            if (session.status.state === "waiting") waiting();
          };
          session.on("status", look);
          look();
        });
        await session.reconnectNow();
        const result = await call;
        await (await registration).unregister();
        return result;
      },
      [tab.options, uri("early")] as const,
    );
    expect(result).toEqual({ text: "asked early" });
  } finally {
    file.end();
  }
});
