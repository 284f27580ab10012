import { beforeEach, describe, expect, it, vi } from "vitest";
import { msgpackNotation } from "../../codec/msgpack-payload.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Notice } from "../../contract/notices.js";
import type { StatusRecord } from "../../contract/status.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { WampEvent } from "../api/events.js";
import { online, resultNotice } from "../testing/fake-hub.js";

const speaksMsgpack: StatusRecord = {
  state: "online",
  session: 1,
  url: "ws://router.example/",
  serializer: "msgpack",
  details: {},
  roundTrip: 1,
};
const storage = { kind: "indexeddb" } as const;

// A module is loaded once in a page: each test is a page of its own.
beforeEach(() => vi.resetModules());

async function connected(status: StatusRecord) {
  const { FakePage, fence } = await import("../testing/fake-page.js");
  const page = new FakePage();
  page.prepare = (hub) => {
    hub.answerHello = () => hub.welcome(status);
  };
  const session = await page.connect();
  const events: WampEvent[] = [];
  const warnings: WampMuxError[] = [];
  session.on("warning", (error) => warnings.push(error));
  await session.subscribe("com.example", (event) => void events.push(event));
  const { subscription } = await page.hub.next("subscribe");
  const run = (...values: unknown[]): Notice => ({
    kind: "events",
    targets: [subscription],
    publications: Float64Array.from(values, (_value, index) => index + 1),
    details: [],
    payloads: msgpackSerializer.join(values.map((value) => msgpackSerializer.encodePayload([value]))),
  });
  return { page, session, hub: page.hub, events, warnings, run, fence: () => fence(page, session) };
}

describe("a session that uses MessagePack", () => {
  it("dispatches no notice before the codec is loaded, if it was online when the tab attached", async () => {
    const { hub, events, run } = await connected(speaksMsgpack);
    await hub.deliver(run(1, 2), run(3));
    expect(events.map(({ args }) => args)).toEqual([[1], [2], [3]]);
  });

  it("dispatches no notice before the codec is loaded, if it comes online in the same batch", async () => {
    const { hub, events, run } = await connected(online);
    await hub.deliver(run(0), { kind: "status", status: speaksMsgpack, storage }, run(1));
    // The event before the status could not be decoded.
    expect(events.map(({ args }) => args)).toEqual([[1]]);
  });

  it("encodes in JSON until the codec is loaded, then in MessagePack", async () => {
    const { session, hub, run, fence } = await connected(online);
    const calls = () => hub.of("call").map(({ payload }) => payload.serializer);
    const told = hub.deliver({ kind: "status", status: speaksMsgpack, storage });
    session.on("status", () => void session.call("com.early").catch(() => undefined));
    await told;
    // It is dispatched once the codec is loaded.
    await hub.deliver(run(1));
    void session.call("com.late").catch(() => undefined);
    await fence();
    expect(calls()).toEqual(["json", "msgpack"]);
  });

  it("continues if the file of the codec cannot be loaded: only payloads that cannot be decoded fail", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => {
      throw new Error("404");
    });
    const { page, hub, events, warnings, run } = await connected(speaksMsgpack);
    await hub.deliver(run(1, 2));
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(events).toEqual([]);
    const notLoaded = ["PayloadDecodeError", expect.stringContaining("msgpack.js) is not loaded")];
    expect(warnings.map(({ name, message }) => [name, message])).toEqual([notLoaded, notLoaded]);
    expect(page.reported).toHaveLength(1);
  });

  it("@G28 has the hub transcode what has arrived, and what follows, if the file cannot be loaded", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => {
      throw new Error("404");
    });
    const { page, session, hub, events, warnings, run } = await connected(online);
    hub.transcode = (notices) =>
      Promise.resolve(
        notices.map((notice) =>
          notice.kind === "events"
            ? [1, 2].map((publication) => ({
                kind: "event" as const,
                target: notice.targets[0] ?? [],
                publication,
                details: {},
                roundTrip: 1,
                payload: jsonSerializer.encodePayload([publication]),
              }))
            : [notice],
        ),
      );
    const call = session.call("com.example.json");
    const { request } = await hub.next("call");
    await hub.deliver(
      { kind: "status", status: speaksMsgpack, storage },
      run("one", "two"),
      resultNotice(request, ["after"]),
    );
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(await call).toBe("after");
    expect(events.map(({ args }) => args)).toEqual([[1], [2]]);
    expect(warnings).toEqual([]);
    // The file's own failure is told, once.
    expect(page.reported).toHaveLength(1);
    expect(hub.transcoded).toEqual([["msgpack", ["events"]]]);
  });

  it("@G28 says in the hello to the next hub that the page cannot load the file", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => {
      throw new Error("404");
    });
    const { page, session, hub, run } = await connected(speaksMsgpack);
    hub.transcode = (notices) => Promise.resolve(notices.map(() => []));
    await hub.deliver(run(1));
    await page.crash(session);
    await page.online(session);
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(page.hubs.map(({ hellos }) => hellos[0]?.unreadable)).toEqual([[], ["msgpack"]]);
  });

  it("does not wait forever for a file that does not arrive", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => new Promise(() => undefined));
    const { page, session, hub } = await connected(online);
    const call = session.call("com.example.slow");
    const { request } = await hub.next("call");
    const told = hub.deliver({ kind: "status", status: speaksMsgpack, storage }, resultNotice(request, [1]));
    // Its answer arrives after the notices that were delivered.
    await session.inspect();
    page.clock.advance(10_000);
    await told;
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(await call).toBe(1);
  });

  it("@G7 settles the requests whose answers need no codec while it is being loaded", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => new Promise(() => undefined));
    const { session, hub } = await connected(online);
    const call = session.call("com.example.json");
    const published = session.publish("com.example", [], { acknowledge: true });
    const { request: first } = await hub.next("call");
    const { request: second } = await hub.next("publish");
    await hub.deliver({ kind: "status", status: speaksMsgpack, storage });
    await hub.deliver(resultNotice(first, [1]), { kind: "published", request: second, publication: 7 });
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect([await call, await published]).toEqual([1, 7]);
  });

  it("@G7 reports no timeout for an answer that has arrived and waits for the codec, and keeps the order", async () => {
    let load: (module: object) => void = () => undefined;
    vi.doMock("../../codec/msgpack-payload.js", () => new Promise<object>((resolve) => (load = resolve)));
    const { page, session, hub, events, run } = await connected(online);
    const call = session.call("com.example.slow", [], { timeout: 1_000 });
    const { request } = await hub.next("call");
    const before = page.clock.pending;
    const told = hub.deliver(
      { kind: "status", status: speaksMsgpack, storage },
      run("before"),
      resultNotice(request, ["in time"]),
    );
    const more = hub.deliver(run("after"));
    // Its answer arrives after the notices that were delivered.
    await session.inspect();
    // The timer of the call is gone, the one of the codec has come.
    expect(page.clock.pending).toBe(before);
    page.clock.advance(5_000);
    expect(events).toEqual([]);
    load({ msgpackNotation });
    await Promise.all([told, more]);
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(await call).toBe("in time");
    expect(events.map(({ args }) => args)).toEqual([["before"], ["after"]]);
  });
});
