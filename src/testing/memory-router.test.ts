import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../codec/json.js";
import type { RouterMessage } from "../protocol/messages.js";
import { parseClientMessage } from "../protocol/parse-client-message.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import { toRaw } from "../protocol/write-message.js";
import { createCodecs } from "../codec/codecs.js";
import { serializers } from "../codec/serializers.js";
import { FakeClock } from "./fake-clock.js";
import { FakeSocketFactory } from "./fake-sockets.js";
import { MemoryRouter } from "./memory-router.js";

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** A client without any logic in the place of the hub, in a session. */
async function connect(later?: (task: () => void) => void) {
  const sockets = new FakeSocketFactory(createCodecs(serializers));
  const router = new MemoryRouter(sockets, new FakeClock(), later);
  const messages: RouterMessage[] = [];
  const closed: number[] = [];
  const socket = sockets.open("ws://a.example/", ["wamp.2.json"], {
    opened: () => undefined,
    received: (frame) => messages.push(parseRouterMessage(jsonSerializer.decode(frame))),
    closed: (code) => closed.push(code),
  });
  const send = async (...fields: readonly unknown[]): Promise<void> => {
    const message = parseClientMessage(jsonSerializer.decode(JSON.stringify(fields)));
    socket.send(jsonSerializer.encode(toRaw(message)));
    await settle();
  };
  await send(1, "realm1", { roles: { callee: { features: { call_canceling: true } } } });
  messages.splice(0);
  const types = (): string[] => messages.splice(0).map(({ type }) => type);
  return { router, send, types, closed };
}

describe("the router in memory", () => {
  it("records a request id out of sequence as a violation and aborts", async () => {
    const { router, send, types, closed } = await connect();
    await send(32, 2, {}, "com.example.topic");
    expect(router.violations).toEqual(["SUBSCRIBE with request id 2, expected 1"]);
    expect([types(), closed]).toEqual([["ABORT"], [1002]]);
  });

  it("drops and keeps what finds the queue of the session full, until it is sent in a later turn", async () => {
    const turns: (() => void)[] = [];
    const { router, send, types } = await connect((task) => turns.push(task));
    router.queueLimit = 2;
    for (const request of [1, 2, 3]) await send(32, request, {}, `com.example.topic${request}`);
    expect(types()).toEqual([]);
    expect(router.dropped).toMatchObject([{ type: "SUBSCRIBED", request: 3 }]);
    for (const turn of turns.splice(0)) turn();
    await settle();
    expect(types()).toEqual(["SUBSCRIBED", "SUBSCRIBED"]);
    router.queueLimit = Infinity;
    await send(64, 4, {}, "com.example.add");
    expect([types(), turns, router.dropped]).toMatchObject([["REGISTERED"], [], [{}]]);
  });

  it("counts requests that a test answers instead of it", async () => {
    const { router, send, types } = await connect();
    router.override = ({ type }) => type === "SUBSCRIBE";
    await send(32, 1, {}, "com.example.topic");
    await send(64, 2, {}, "com.example.add");
    expect([types(), router.violations]).toEqual([["REGISTERED"], []]);
    await send(32, 4, {}, "com.example.topic");
    expect(router.violations).toEqual(["SUBSCRIBE with request id 4, expected 3"]);
  });

  it.each([
    [false, ["INVOCATION"]],
    [true, ["INVOCATION", "ERROR"]],
  ])("answers CANCEL skip: %s", async (answersSkip, expected) => {
    const { router, send, types } = await connect();
    router.answersSkip = answersSkip;
    await send(64, 1, {}, "com.example.add");
    types();
    await send(48, 2, {}, "com.example.add");
    await send(49, 2, { mode: "skip" });
    expect(types()).toEqual(expected);
    await send(70, 1, {}, ["late"]);
    expect([types(), router.unanswered, router.violations]).toEqual([[], 0, []]);
  });

  it("lets other sessions call and publish, also across serializers", async () => {
    const { router, send, types } = await connect();
    await send(64, 1, {}, "com.example.add");
    await send(32, 2, {}, "com.example.topic");
    types();
    router.publish("com.example.topic", { serializer: "json", count: 1, data: "[1]" });
    router.publish("com.example.topic", {
      serializer: "msgpack",
      count: 1,
      data: Uint8Array.of(0x91, 1),
    });
    const request = router.invoke("com.example.add", { serializer: "json", count: 0, data: "" });
    await settle();
    expect([types(), router.unanswered]).toEqual([["EVENT", "EVENT", "INVOCATION"], 1]);
    await send(70, request, {});
    expect(router.unanswered).toBe(0);
  });

  it("closes the socket after GOODBYE, when a test has released it", async () => {
    const { router, send, types, closed } = await connect();
    router.hold();
    await send(6, {}, "wamp.close.close_realm");
    expect([types(), closed]).toEqual([[], []]);
    router.release();
    await settle();
    expect([types(), closed]).toEqual([["GOODBYE"], [1000]]);
  });

  it("forgets subscriptions, registrations and calls when the connection breaks", async () => {
    const { router, send } = await connect();
    await send(32, 1, {}, "com.example.topic");
    await send(64, 2, {}, "com.example.add");
    router.invoke("com.example.add", { serializer: "json", count: 0, data: "" });
    expect([router.subscriptions, router.registrations]).toEqual([
      ["exact com.example.topic"],
      ["exact com.example.add"],
    ]);
    router.drop();
    expect([router.subscriptions, router.registrations, router.unanswered]).toEqual([[], [], 0]);
  });
});
