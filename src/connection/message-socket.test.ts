import { describe, expect, it } from "vitest";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import { msgpackSerializer } from "../codec/msgpack.js";
import type { Serializer } from "../codec/serializer.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { WireRequestId } from "../protocol/ids.js";
import type { RouterMessage } from "../protocol/messages.js";
import { FakeClock } from "../testing/fake-clock.js";
import type { Socket, SocketEvents } from "./environment.js";
import { SizeLimit } from "./gate/size-limit.js";
import { openMessageSocket } from "./message-socket.js";

function setUp(file: Promise<Serializer> = Promise.reject(new Error("404")), limit = 1_000_000) {
  file.catch(() => undefined);
  const codecs = createCodecs([jsonSerializer], () => file);
  codecs.locate("msgpack", "https://a.example/msgpack-serializer.js");
  const offered = subprotocolsOf(["json", "msgpack"]);
  const clock = new FakeClock();
  const sizeLimit = new SizeLimit(limit);
  const frames: unknown[] = [];
  const log: string[] = [];
  const messages: RouterMessage[] = [];
  let closed = 0;
  let events: SocketEvents | undefined;
  let onMessage: (message: RouterMessage) => void = () => undefined;
  const socket: Socket = {
    send: (frame) => frames.push(frame),
    close: () => (closed += 1),
    bufferedAmount: 7,
  };
  const connection = openMessageSocket(
    {
      clock,
      sockets: {
        open: (_url, _names, listener) => {
          events = listener;
          return socket;
        },
      },
      codecs,
      sizeLimit,
      isStrict: false,
    },
    "ws://a.example/ws",
    offered,
    {
      opened: () => log.push("opened"),
      received: (message) => {
        messages.push(message);
        onMessage(message);
      },
      notLoaded: (serializer, reason) => log.push(`${serializer} not loaded: ${reason}`),
      failed: (words) => log.push(`failed: ${words}`),
      leftOut: () => false,
      violated: (words) => log.push(`violated: ${words}`),
      closed: (wasOpen, code) => log.push(`closed ${wasOpen} ${code}`),
    },
  );
  if (events === undefined) throw new Error("no socket was opened");
  return {
    connection,
    events,
    clock,
    sizeLimit,
    frames,
    log,
    messages,
    closed: () => closed,
    whenReceived: (listener: typeof onMessage) => {
      onMessage = listener;
    },
  };
}

/** Opens the socket with JSON, whose serializer is there at once. */
async function opened(events: SocketEvents): Promise<void> {
  events.opened("wamp.2.json");
  for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
}

const GOODBYE = { type: "GOODBYE", details: {}, reason: "wamp.close.normal" } as const;

describe("MessageSocket", () => {
  it("drops messages before the socket is open, and counts the sent ones", async () => {
    const { connection, events, frames, log } = setUp();
    connection.send(GOODBYE);
    await opened(events);
    connection.send(GOODBYE);
    expect(frames).toEqual(['[6,{},"wamp.close.normal"]']);
    expect([connection.sent, connection.bufferedAmount]).toEqual([1, 7]);
    expect(log).toEqual(["opened"]);
  });

  it("reports a malformed message as a violation", async () => {
    const { connection, events, log } = setUp();
    await opened(events);
    events.received("[17,1]");
    expect(log).toEqual(["opened", expect.stringMatching(/^violated: PUBLISHED/) as unknown]);
    expect(connection.received).toBe(1);
  });

  it("does not mistake an error of the listener for a violation", async () => {
    const { events, log, whenReceived } = setUp();
    await opened(events);
    whenReceived(() => {
      throw new TypeError("a defect of the hub");
    });
    expect(() => {
      events.received("[17,1,2]");
    }).toThrow("a defect of the hub");
    expect(log).toEqual(["opened"]);
  });

  it("reports nothing after close", async () => {
    const { connection, events, log, messages, frames, closed } = setUp();
    await opened(events);
    connection.close();
    connection.close();
    events.received("[17,1,2]");
    events.received("nonsense");
    events.closed(1000, "");
    connection.send(GOODBYE);
    expect([messages, frames, log, closed(), connection.bufferedAmount]).toEqual([[], [], ["opened"], 1, 0]);
  });

  it("loads the serializer that the router chose before it opens", async () => {
    let arrive: (serializer: Serializer) => void = () => undefined;
    const file = new Promise<Serializer>((resolve) => (arrive = resolve));
    const { connection, events, frames, log } = setUp(file);
    events.opened("wamp.2.msgpack");
    connection.send(GOODBYE);
    expect([log, frames]).toEqual([[], []]);
    arrive(msgpackSerializer);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(log).toEqual(["opened"]);
    connection.send(GOODBYE);
    expect(frames).toHaveLength(1);
  });

  it("reports a serializer that could not be loaded, unless it was closed before", async () => {
    const failing = setUp();
    failing.events.opened("wamp.2.msgpack");
    const closed = setUp();
    closed.events.opened("wamp.2.msgpack");
    closed.connection.close();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect([failing.log, closed.log]).toEqual([["msgpack not loaded: 404"], []]);
  });

  it("distinguishes a socket that closed from one that never opened", async () => {
    const lost = setUp();
    await opened(lost.events);
    lost.events.closed(1006, "");
    const refused = setUp();
    refused.events.closed(1006, "");
    expect([lost.log.at(-1), refused.log.at(-1)]).toEqual(["closed true 1006", "closed false 1006"]);
  });
});

const SUBSCRIBE = { type: "SUBSCRIBE", request: 1 as WireRequestId, options: {}, topic: "a" } as const;
const SUBSCRIBE_FRAME = '[32,1,{},"a"]';

/** Opens the socket with batches of JSON, on which the router has already sent a message. */
async function openedForBatches(given: { readonly limit?: number } = {}) {
  const world = await openedWith("wamp.2.json.batched", given);
  world.events.received("[33,1,2]\x1e");
  world.messages.splice(0);
  return world;
}

async function openedWith(subprotocol: string, { limit = 1_000_000 } = {}) {
  const world = setUp(Promise.resolve(msgpackSerializer), limit);
  world.events.opened(subprotocol);
  await turns();
  return world;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe("MessageSocket with a batched subprotocol @G29", () => {
  it("writes what one turn sends as one frame, and counts it as waiting until then", async () => {
    const { connection, frames } = await openedForBatches();
    const before = connection.bufferedAmount;
    for (let time = 0; time < 3; time += 1) connection.send(SUBSCRIBE);
    expect([frames, connection.sent]).toEqual([[], 3]);
    expect(connection.bufferedAmount - before).toBeGreaterThanOrEqual(3 * SUBSCRIBE_FRAME.length);
    await turns();
    expect(frames).toEqual([`${SUBSCRIBE_FRAME}\x1e`.repeat(3)]);
    expect(connection.bufferedAmount).toBe(before);
    connection.send(SUBSCRIBE);
    await turns();
    expect(frames).toHaveLength(2);
  });

  it("writes binary frames for a binary serializer", async () => {
    const { connection, frames } = await openedWith("wamp.2.msgpack.batched");
    connection.send(SUBSCRIBE);
    connection.send(SUBSCRIBE);
    await turns();
    const [frame, ...others] = frames as Uint8Array[];
    expect(others).toEqual([]);
    expect(frame?.subarray(0, 5)).toEqual(Uint8Array.of(0, 0, 0, 6, 0x94));
    expect(frame?.length).toBe(2 * (4 + 6));
  });

  it("bounds the frames by what every router accepts, or by the session's limit; a bigger message goes alone", async () => {
    for (const [limit, bound] of [
      [1_000_000, 32 * 1024],
      [10_000, 10_000],
    ] as const) {
      const { connection, frames } = await openedForBatches({ limit });
      const big = { ...SUBSCRIBE, topic: "ü".repeat(40_000) };
      for (let time = 0; time < 2_000; time += 1) connection.send(SUBSCRIBE);
      connection.send(big);
      for (let time = 0; time < 2_000; time += 1) connection.send(SUBSCRIBE);
      await turns();
      const sizes = frames.map((frame) => Buffer.byteLength(frame as string));
      expect(sizes.filter((size) => size > bound)).toEqual([Buffer.byteLength(`[32,1,{},""]\x1e`) + 80_000]);
      expect(frames.length).toBeLessThan(50);
      expect(frames.join("").split("\x1e")).toHaveLength(4_002);
    }
  });

  it("gives each message its own frame once the router has refused a frame over its size", async () => {
    const { connection, frames, sizeLimit } = await openedForBatches();
    sizeLimit.learnNoBatches();
    connection.send(SUBSCRIBE);
    connection.send(SUBSCRIBE);
    await turns();
    expect(frames).toEqual([`${SUBSCRIBE_FRAME}\x1e`, `${SUBSCRIBE_FRAME}\x1e`]);
  });

  it("counts what frames a message when it judges its size", async () => {
    const { connection } = await openedForBatches();
    const size = SUBSCRIBE_FRAME.length;
    expect(connection.send(SUBSCRIBE, size + 1)).toBe(size + 2);
    expect(connection.send(SUBSCRIBE, size + 2)).toBeUndefined();
  });

  it("writes what it was given before it closes", async () => {
    const { connection, frames } = await openedForBatches();
    connection.send(SUBSCRIBE);
    connection.send(GOODBYE);
    connection.close();
    expect(frames).toEqual([`${SUBSCRIBE_FRAME}\x1e[6,{},"wamp.close.normal"]\x1e`]);
    await turns();
    expect(frames).toHaveLength(1);
  });

  it("receives the messages of a frame in order, each on its own", async () => {
    const { connection, events, messages, log } = await openedForBatches();
    events.received("[36,1,2,{},[1]]\x1e[36,1,3,null,[tru]]\x1e[36,1,4,{},[3]]\x1e");
    expect(messages.map((message) => message.type === "EVENT" && message.publication)).toEqual([2, 3, 4]);
    expect([log, connection.received]).toEqual([["opened"], 4]);
  });

  it.each([
    ["", "a batch without a message"],
    ["[33,1,2]", "a batch whose last message is cut"],
    ["[33,1,2]\x1e\x1e", "a message must be a list"],
  ])("reports a broken batch as a violation: %j", async (frame, words) => {
    const { events, log } = await openedForBatches();
    events.received(frame);
    expect(log).toEqual(["opened", `violated: ${words}`]);
  });

  it("receives nothing after a message upon which it was closed", async () => {
    const { connection, events, messages, whenReceived } = await openedForBatches();
    whenReceived(() => connection.close());
    events.received("[33,1,2]\x1e[33,2,3]\x1e");
    expect(messages).toHaveLength(1);
  });

  it("lets others have their turn between the messages of a large frame, and keeps their order", async () => {
    const { events, messages, clock, log } = await openedForBatches();
    const frame = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => `[33,${from + n},2]\x1e`).join("");
    events.received(frame(1, 1_000));
    events.received(frame(1_001, 1));
    events.closed(1006, "");
    expect([messages.length, log]).toEqual([256, ["opened"]]);
    clock.advance(0);
    expect(messages).toHaveLength(1_001);
    expect(messages.map((message) => message.type === "SUBSCRIBED" && message.request)).toEqual(
      Array.from({ length: 1_001 }, (_, n) => 1 + n),
    );
    expect([log.at(-1), clock.pending]).toEqual(["closed true 1006", 0]);
  });

  it("handles the rest of a frame although a listener has thrown", async () => {
    const { events, messages, clock, whenReceived } = await openedForBatches();
    whenReceived(() => {
      throw new TypeError("a defect of the hub");
    });
    expect(() => {
      events.received("[33,1,2]\x1e[33,2,3]\x1e");
    }).toThrow("a defect of the hub");
    whenReceived(() => undefined);
    clock.advance(0);
    expect(messages).toHaveLength(2);
  });
});
