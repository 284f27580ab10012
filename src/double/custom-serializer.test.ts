import { afterEach, describe, expect, it } from "vitest";
import type { ConnectOptions } from "../client/api/connect-options.js";
import type { WampMuxError } from "../client/errors/wamp-mux-error.js";
import type { SerializerModule } from "../protocol/serializer-module.js";
import { tagged } from "../testing/custom-modules.js";
import { createTestRouter } from "./create-test-router.js";
import type { TestRouter } from "./test-router.js";

let testRouter: TestRouter | undefined;

afterEach(() => testRouter?.stop());

/** Connects a tab that prefers a serializer of the application, and a peer that speaks JSON. */
async function setUp(module: SerializerModule = tagged) {
  const router = (testRouter = createTestRouter({
    serializers: [{ name: "tagged", ...module }, "json"],
  }));
  const serializers = [{ name: "tagged", url: "/assets/tagged.js" }, "json" as const];
  const session = await router.connect({ serializers });
  return { router, serializers, session, peer: await router.connectPeer() };
}

describe("@G28 a session that speaks a serializer of the application", () => {
  it("carries its values to those who speak it too, and in JSON to others", async () => {
    const { router, serializers, session, peer } = await setUp();
    const sibling = await router.connect({ serializers });
    expect([session.status, sibling.status, peer.status]).toMatchObject([
      { serializer: "tagged" },
      { serializer: "tagged" },
      { serializer: "json" },
    ]);
    await sibling.register("com.own", (args) => args[0]);
    await peer.register("com.foreign", (args) => args[0]);
    const day = new Date(86_400_000);
    expect(await session.call("com.own", [day])).toEqual(day);
    expect(await session.call("com.foreign", [{ tags: ["a"] }])).toEqual({ tags: ["a"] });
    expect(await peer.call("com.own", ["text"])).toBe("text");
  });

  it("rejects alone the request whose arguments cannot be encoded", async () => {
    const { session, peer } = await setUp();
    await peer.register("com.echo", (args) => args[0]);
    await expect(session.call("com.echo", [() => 0])).rejects.toMatchObject({
      name: "SerializationError",
      path: "arguments",
    });
    expect(await session.call("com.echo", [1])).toBe(1);
  });

  it("fails alone the event whose arguments cannot be decoded", async () => {
    let reads = 0;
    const { router, session, peer } = await setUp({
      ...tagged,
      decode: (text) => {
        const list = tagged.decode(text) as unknown[];
        // The worker reads whole messages, and the tab arguments, which the router has read first.
        const isArguments = Array.isArray(list[0]) && list[0][0] === "unreadable";
        if (isArguments && (reads += 1) > 1) throw new Error("no such value");
        return list;
      },
    });
    const warnings: WampMuxError[] = [];
    session.on("warning", (warning) => warnings.push(warning));
    const seen: unknown[] = [];
    await session.subscribe("com.t", ({ args: [arg] }) => void seen.push(arg));
    for (const arg of ["unreadable", "fine"]) await peer.publish("com.t", [arg], { acknowledge: true });
    await router.settle();
    expect([seen, warnings]).toMatchObject([["fine"], [{ name: "PayloadDecodeError" }]]);
  });

  it.each(["decode", "encode"] as const)(
    "goes on with the next serializer when %s fails on a message of the session",
    async (failing) => {
      let isFailing = false;
      const guarded =
        (work: (value: never) => unknown) =>
        (value: unknown): never => {
          if (isFailing && JSON.stringify(value).includes("com.poison")) throw new Error("not this one");
          return work(value as never) as never;
        };
      const { router, session, peer } = await setUp({
        ...tagged,
        [failing]: guarded(tagged[failing].bind(tagged)),
      });
      const seen: unknown[] = [];
      await session.subscribe("com", ({ args: [arg] }) => void seen.push(arg), { match: "prefix" });
      isFailing = true;
      if (failing === "decode") await peer.publish("com.poison", [1], { acknowledge: true });
      else session.publish("com.poison", [1]).catch(() => undefined);
      await router.settle();
      await router.reconnect();
      expect(session.status).toMatchObject({ state: "online", serializer: "json" });
      await peer.publish("com.poison", [2], { acknowledge: true });
      await router.settle();
      expect(seen).toContain(2);
    },
  );

  describe("on a router that knows no other", () => {
    const own = { name: "tagged", url: "/assets/tagged.js" };

    /** Connects a session that cannot decode some events, and another client that publishes them. */
    async function setUpAlone(serializers: ConnectOptions["serializers"]) {
      let isFailing = false;
      const logged: string[] = [];
      const decode = (text: string | Uint8Array): unknown => {
        if (isFailing && String(text).startsWith("[36,") && String(text).includes("poison"))
          throw new Error("not this one");
        return tagged.decode(text);
      };
      const router = (testRouter = createTestRouter({
        serializers: [{ name: "tagged", ...tagged, decode }],
        onError: (error) => void logged.push(String(error)),
      }));
      const session = await router.connect({ serializers });
      const other = await router.connect({ serializers: [own], principal: "other" });
      const seen: unknown[] = [];
      await session.subscribe("com.t", ({ args: [arg] }) => void seen.push(arg));
      isFailing = true;
      const publish = async (...args: readonly unknown[]): Promise<void> => {
        for (const arg of args) await other.publish("com.t", [arg], { acknowledge: true });
        await router.settle();
      };
      return { router, session, other, seen, publish, logged };
    }

    it("leaves out the message that cannot be decoded, says so in the log, and keeps the session @G23", async () => {
      const { session, seen, publish, logged } = await setUpAlone([own]);
      await publish(1, "poison", 2, "poison", 3);
      expect([seen, session.status.state]).toEqual([[1, 2, 3], "online"]);
      const line = expect.stringContaining("A message of the router was left out") as unknown;
      expect(logged).toEqual([line, line]);
    });

    it("does so from the second connection on if others were offered first @G23", async () => {
      const { router, session, seen, publish } = await setUpAlone([own, "json"]);
      await publish("poison");
      expect(session.status.state).toBe("waiting");
      await router.reconnect();
      expect(session.status).toMatchObject({ state: "online", serializer: "tagged" });
      await publish("poison", 2);
      expect([seen, session.status.state]).toEqual([[2], "online"]);
    });

    it("ends the connection while a request is unanswered, which would otherwise wait for ever @G7", async () => {
      const { session, other, publish } = await setUpAlone([own]);
      await other.register("com.slow", () => new Promise(() => undefined));
      const outcome = session.call("com.slow").catch((error: unknown) => error);
      await publish("poison");
      expect(await outcome).toMatchObject({ name: "ConnectionLostError", sent: true });
    });
  });

  it("is transcoded into JSON for a tab that was not told of the module, and that tab is warned of its options", async () => {
    const { router, session } = await setUp();
    await session.register("com.echo", (args) => args[0]);
    const untold = await router.connect();
    const warnings: WampMuxError[] = [];
    untold.on("warning", (warning) => warnings.push(warning));
    await router.settle();
    expect(warnings).toMatchObject([
      { name: "OptionConflictError", message: expect.stringContaining('"name":"tagged"') as unknown },
    ]);
    expect(untold.status).toMatchObject({ serializer: "tagged" });
    expect(await untold.call("com.echo", [{ n: 1 }])).toEqual({ n: 1 });
  });

  it("uses the next serializer, with a warning, if there is no module of this name", async () => {
    const router = (testRouter = createTestRouter({ onError: () => undefined }));
    const session = await router.connect({ serializers: [{ name: "missing", url: "/m.js" }, "json"] });
    const warnings: WampMuxError[] = [];
    session.on("warning", (warning) => warnings.push(warning));
    await router.settle();
    expect(session.status).toMatchObject({ serializer: "json" });
    expect(warnings).toMatchObject([
      {
        name: "UnsupportedError",
        message: expect.stringContaining('does not offer the serializer "missing"') as unknown,
      },
    ]);
  });

  it.each([
    { name: "json", url: "/m.js" },
    { name: "No Name", url: "/m.js" },
    { name: "x" },
    { name: "x", url: "/m.js", version: 1 },
  ])("refuses %j", async (choice) => {
    const router = (testRouter = createTestRouter());
    await expect(router.connect({ serializers: [choice as never] })).rejects.toMatchObject({
      name: "InvalidArgumentError",
      message: expect.stringContaining("options.serializers") as unknown,
    });
  });
});

it("a module without its functions is refused by the router", () => {
  const broken = { name: "tagged", encode: () => "" } as never;
  expect(() => createTestRouter({ serializers: [broken] })).toThrow(
    'createTestRouter: serializers: the module of the serializer "tagged" must export the functions encode and decode',
  );
});
