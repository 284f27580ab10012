import { afterEach, describe, expect, it } from "vitest";
import { createCodecs } from "../../codec/codecs.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Serializer } from "../../codec/serializer.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { json, leftovers, prepareWorld, startWorld } from "../../testing/harness.js";
import { createHub } from "../hub.js";
import { FakeTab } from "../../testing/fake-tab.js";
import type { TabId } from "../../contract/ids.js";
import type { TabHello } from "../../contract/port.js";
import type { OwnSerializerName } from "../../protocol/payload.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { connectConfig, sessionConfig } from "../../testing/session-config.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const joe = (secret: string): Pick<SessionConfig, "principal" | "auth"> => ({
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: { literal: secret } }],
});

describe("sharing a session", () => {
  it.each([1, 5, 25])("@G1 %i tabs share one connection and one HELLO", async (tabs) => {
    const { router, session } = await startWorld(tabs);
    expect([router.connections, router.got("HELLO").length]).toEqual([1, 1]);
    expect(session.tabs).toHaveLength(tabs);
  });

  it("@G1 counts the messages of all connections of the session", async () => {
    const world = await startWorld(1);
    world.tabs[0]?.subscribe("com.x");
    await world.settle();
    expect(world.session).toMatchObject({ sent: 2, received: 2 });
    world.router.drop();
    await world.settle();
    expect(world.session).toMatchObject({ sent: 2, received: 2, session: null, pending: 0 });
    await world.advance(1_000);
    world.router.publish("com.x", json());
    await world.settle();
    expect(world.session).toMatchObject({ realm: "realm1", sent: 4, received: 5 });
  });

  it("@G1 a tab that joins later gets the status of the existing session at once", async () => {
    const world = await startWorld(1);
    const late = world.join();
    expect(late.hello?.status).toMatchObject({ state: "online", session: world.session.session });
    await world.settle();
    expect(world.router.connections).toBe(1);
  });

  it("@G1 a different realm, principal or router has a different session", async () => {
    const world = await startWorld(1);
    world.join({ realm: "realm2" });
    world.join({ principal: "somebody" });
    world.join({ urls: ["ws://b.example/ws"] });
    await world.settle();
    expect(world.router.connections).toBe(4);
    expect(world.hub.inspect().sessions.map(({ state }) => state)).toEqual(Array(4).fill("online"));
  });

  it("@G1 tabs that differ in any other option share the session, and the second one gets the differences", async () => {
    const world = await startWorld(1);
    const other = world.join({ linger: 7, serializers: ["msgpack"], uriRules: "strict" });
    expect(other.hello?.differences).toEqual([
      'serializers is ["json","msgpack"], the tab asked for ["msgpack"]',
      'uriRules is "loose", the tab asked for "strict"',
      "linger is 5000, the tab asked for 7",
    ]);
    expect(world.tabs[0]?.hello?.differences).toEqual([]);
    expect(world.session.tabs).toHaveLength(2);
  });

  it("@G1 the differences name what a tab would add to HELLO, without the values", async () => {
    const world = prepareWorld({
      hello: { _device: "one" },
      auth: [{ method: "anonymous", authextra: { a: 1 } }],
    });
    const auth = [{ method: "anonymous", authextra: { a: 2 } }];
    expect(world.join().hello?.differences).toEqual([]);
    expect(world.join({ hello: { _device: "two" }, auth }).hello?.differences).toEqual([
      "hello has other members than the tab asked for",
      "auth.authextra has other members than the tab asked for",
    ]);
    await world.settle();
  });

  it("@G1 the differences do not mention how another tab provides its secret", async () => {
    const world = prepareWorld(joe("right"));
    world.join();
    const asking = world.join({ auth: [{ method: "ticket", authid: "joe", secret: "ask" }] });
    expect(asking.hello?.differences).toEqual([]);
    await world.settle();
  });

  it("@G23 refuses a realm that is not a URI, by the rules that the tab requests", () => {
    const world = prepareWorld();
    for (const [session, broken] of [
      [{ realm: "a..b" }, "a valid URI: a URI must not have empty components"],
      [{ realm: "" }, "a string that is not empty"],
      [
        { realm: "Realm1", uriRules: "strict" },
        'a valid URI: by the strict rules a URI has only lower-case letters, digits, "_" and "."',
      ],
    ] as const) {
      const { answer } = world.tryToJoin(session);
      expect(answer).toMatchObject({
        ok: false,
        error: {
          name: "InvalidArgumentError",
          message: `connect(): options.realm is ${JSON.stringify(session.realm)}, expected ${broken}`,
        },
      });
    }
    expect(world.hub.inspect().sessions).toEqual([]);
  });

  it("@G11 every tab can trigger the next attempt at once", async () => {
    const world = await startWorld(2);
    world.router.up = false;
    world.router.drop();
    await world.settle();
    expect(world.session.state).toBe("waiting");
    world.router.up = true;
    await world.tabs[1]?.reconnectNow();
    await world.settle();
    expect(world.session.state).toBe("online");
  });

  it("@G1 an unlimited number of attempts does not differ from itself", async () => {
    const world = await startWorld(1);
    const retry = { ...world.config.retry, maxAttempts: 3 };
    expect(world.join().hello?.differences).toEqual([]);
    expect(world.join({ retry }).hello?.differences).toHaveLength(1);
  });

  it("@G1 refuses a tab that asks for joe's session with another secret", async () => {
    const world = prepareWorld(joe("right"));
    world.join();
    await world.settle();
    const { answer } = world.tryToJoin(joe("wrong"));
    expect(answer).toMatchObject({
      ok: false,
      error: {
        name: "JoinError",
        message: "A session of joe in realm1 already exists with different credentials",
        fields: { uri: "wamp.error.authentication_failed", details: {} },
      },
    });
    expect(JSON.stringify(answer)).not.toMatch(/right|wrong/);
    world.join(joe("right"));
    expect(world.session.tabs).toHaveLength(2);
  });

  it("@G1 refuses a tab that asks for joe's session by another method", async () => {
    const world = prepareWorld(joe("right"));
    world.join();
    await world.settle();
    expect(world.tryToJoin({ auth: [{ method: "anonymous" }] }).answer.ok).toBe(false);
    expect(world.tryToJoin({ auth: [{ method: "anonymous", authid: "joe" }] }).answer.ok).toBe(false);
    expect(world.session.tabs).toHaveLength(1);
  });

  it("@G1 compares a literal secret with the one that a tab was asked for", async () => {
    const world = prepareWorld({ ...joe(""), auth: [{ method: "ticket", authid: "joe", secret: "ask" }] });
    world.router.tickets.set("joe", "typed");
    world.tryToJoin({}, (tab) => (tab.secret = () => Promise.resolve("typed")));
    await world.settle();
    expect(world.session.state).toBe("online");
    expect(world.tryToJoin(joe("wrong")).answer.ok).toBe(false);
    expect(world.tryToJoin(joe("typed")).answer.ok).toBe(true);
  });

  it("@G1 a tab that vanishes while it is asked for the secret does not hold up the session", async () => {
    const world = prepareWorld({ ...joe(""), auth: [{ method: "ticket", authid: "joe", secret: "ask" }] });
    world.router.tickets.set("joe", "typed");
    const { tab } = world.tryToJoin({}, (asked) => (asked.secret = () => new Promise(() => undefined)));
    world.tryToJoin({}, (other) => (other.secret = () => Promise.resolve("typed")));
    await world.settle();
    expect(world.session.state).toBe("authenticating");
    world.kill(tab);
    await world.settle();
    expect(world.session.state).toBe("online");
  });

  it("@G1 waits for the GOODBYE of the previous session, so that there are never two", async () => {
    const world = await startWorld(1);
    const [first] = world.tabs;
    if (first === undefined) throw new Error("no tab");
    world.router.hold("GOODBYE");
    void world.leave(first);
    await world.settle();
    const second = world.join();
    await world.settle();
    // It leaves while the first session still waits for GOODBYE; the third session must wait for the first nevertheless.
    await world.leave(second);
    world.join();
    await world.settle();
    expect(world.router.connections).toBe(1);
    world.router.release();
    await world.settle();
    expect(world.router.connections).toBe(2);
    expect(world.session.state).toBe("online");
  });

  it("refuses a tab of another contract version with data that any version can read", () => {
    const hub = createHub(createFakeEnvironment().env);
    const tab = new FakeTab("t" as TabId);
    const { answer, port } = hub.attach(
      { contract: 99, tab: tab.id, session: connectConfig(), codecUrls: [] },
      tab,
    );
    expect(port).toBeUndefined();
    expect(answer).toMatchObject({
      ok: false,
      contract: CONTRACT_VERSION,
      error: {
        name: "ContractMismatchError",
        message: `The tab uses version 99 of the port protocol, but the running worker uses version ${CONTRACT_VERSION}`,
        fields: { tab: 99, worker: CONTRACT_VERSION },
      },
    });
    expect(hub.inspect().sessions).toEqual([]);
  });
});

describe("the serializer that a tab prefers", () => {
  const URL_OF_FILE = "https://a.example/msgpack-serializer.js";

  /** A hub whose MessagePack is a file, which `load` gives. */
  function setUp(load: (name: string, url: string) => Promise<Serializer>) {
    const fake = createFakeEnvironment();
    const codecs = createCodecs([jsonSerializer], load);
    const hub = createHub({ ...fake.env, codecs });
    const hello = (contract: number, serializers: readonly OwnSerializerName[]): TabHello => ({
      contract,
      tab: "t" as TabId,
      session: connectConfig(sessionConfig({ serializers })),
      codecUrls: [{ serializer: "msgpack", url: URL_OF_FILE }],
    });
    const prepare = (...serializers: readonly OwnSerializerName[]) =>
      hub.prepare({ ...hello(CONTRACT_VERSION, serializers), session: sessionConfig({ serializers }) });
    const admitOutdated = () => hub.admit(hello(99, ["msgpack"]), new FakeTab("t" as TabId));
    /** Returns the serializer that the hub names to a tab that prefers MessagePack. */
    const answered = () => {
      const { answer } = hub.attach(hello(CONTRACT_VERSION, ["msgpack"]), new FakeTab("t" as TabId));
      return answer.ok ? answer.hello.serializer : undefined;
    };
    return { ...fake, codecs, prepare, admitOutdated, answered };
  }

  it("is loaded from the tab's URL before the tab is attached, and is the only one loaded", async () => {
    const urls: string[] = [];
    const { codecs, prepare, admitOutdated, answered } = setUp((_name, url) => {
      urls.push(url);
      return Promise.resolve(msgpackSerializer);
    });
    await prepare("json", "msgpack");
    await admitOutdated();
    expect(urls).toEqual([]);
    await prepare("msgpack", "json");
    expect([urls, codecs.find("msgpack")]).toEqual([[URL_OF_FILE], msgpackSerializer]);
    expect(answered()).toBe("msgpack");
  });

  it("does not keep the tab waiting when its file is missing or never arrives", async () => {
    const missing = setUp(() => Promise.reject(new Error("404")));
    await missing.prepare("msgpack");
    expect(missing.logged).toMatchObject([{ message: 'The serializer "msgpack" could not be loaded' }]);
    expect(missing.clock.pending).toBe(0);
    // The tab's first arguments must be readable for the hub.
    expect(missing.answered()).toBe("json");

    const silent = setUp(() => new Promise(() => undefined));
    let prepared = false;
    void silent.prepare("msgpack").then(() => (prepared = true));
    await silent.advance(1_999);
    expect(prepared).toBe(false);
    await silent.advance(1);
    expect(prepared).toBe(true);
  });
});
