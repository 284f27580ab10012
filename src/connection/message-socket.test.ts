import { describe, expect, it } from "vitest";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import { msgpackSerializer } from "../codec/msgpack.js";
import type { Serializer } from "../codec/serializer.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { RouterMessage } from "../protocol/messages.js";
import { openMessageSocket } from "./message-socket.js";
import type { Socket, SocketEvents } from "./environment.js";

function setUp(file: Promise<Serializer> = Promise.reject(new Error("404"))) {
  file.catch(() => undefined);
  const codecs = createCodecs([jsonSerializer], () => file);
  codecs.locate("msgpack", "https://a.example/msgpack-serializer.js");
  const offered = subprotocolsOf(["json", "msgpack"]);
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
      open: (_url, _names, listener) => {
        events = listener;
        return socket;
      },
    },
    "ws://a.example/ws",
    offered,
    codecs,
    {
      opened: () => log.push("opened"),
      received: (message) => {
        messages.push(message);
        onMessage(message);
      },
      notLoaded: (serializer, reason) => log.push(`${serializer} not loaded: ${reason}`),
      violated: (words) => log.push(`violated: ${words}`),
      closed: (wasOpen, code) => log.push(`closed ${wasOpen} ${code}`),
    },
  );
  if (events === undefined) throw new Error("no socket was opened");
  return {
    connection,
    events,
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
