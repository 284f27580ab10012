import { describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Notice } from "../../contract/notices.js";
import type { RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { EventBatcher } from "./event-batcher.js";
import type { TabEvent } from "./event-batcher.js";
import { createPromptPace } from "./event-coalescer.js";
import { TabReader } from "./tab-reader.js";
import { NoticeSender } from "./notice-sender.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { json } from "../../testing/harness.js";
import { manualPause } from "../../memory/manual-pause.js";

const LARGE = 8 * 1024;
const handle = (number: number) => number as SubscriptionHandle;
const binary = (length: number): Payload => ({
  serializer: "msgpack",
  count: 1,
  data: new Uint8Array(length).fill(1),
});
const bufferOf = ({ data }: Payload) => (typeof data === "string" ? undefined : data.buffer);
const event = (publication: number, payload = json(publication), details: Dict = {}): TabEvent => ({
  publication,
  details,
  payload,
});
/** A payload that is too long for a batch of few events. */
const long = json("x".repeat(8 * 1024));
const warning = { kind: "warning", error: { name: "ProtocolError", message: "" } } as const;

/** Creates notice senders of one session. Each keeps the delivered batches, until `take` confirms them one by one. */
function setUp() {
  const fake = createFakeEnvironment();
  /** Tasks that end a time of collecting. */
  const pauses: (() => void)[] = [];
  const coalescer = createPromptPace(() => manualPause((task) => pauses.push(task)));
  const batcher = new EventBatcher(fake.env.codecs);
  const createSender = () => {
    const batches: Notice[][] = [];
    const owned: ArrayBuffer[][] = [];
    const waiting: { readonly resolve: () => void; readonly reject: (cause: unknown) => void }[] = [];
    const sender = new NoticeSender(
      {
        deliver: (batch, buffers) => {
          batches.push([...batch]);
          owned.push([...buffers]);
          return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
        },
      },
      coalescer,
      batcher,
      fake.env.log,
      new TabReader(fake.env.codecs),
    );
    sender.open();
    const take = async (): Promise<void> => {
      waiting.shift()?.resolve();
      await fake.settle();
    };
    const refuse = async (): Promise<void> => {
      waiting.shift()?.reject(new Error("The port is broken"));
      await fake.settle();
    };
    /** Sends as many batches as the tab may have to process. */
    const fill = (): void => {
      for (let number = 0; number < 2; number += 1) sender.push(warning);
    };
    return { sender, batches, owned, take, refuse, fill };
  };
  const pass = async (): Promise<void> => {
    for (const task of pauses.splice(0)) task();
    await fake.settle();
  };
  /** Returns the arguments of the events of a run. */
  const decode = (notice: Notice | undefined): unknown[] | undefined =>
    notice?.kind === "events"
      ? jsonPayloads.decodeJoined(notice.payloads).map(({ args }) => args)
      : undefined;
  return { ...fake, createSender, pass, decode };
}

describe("a notice sender", () => {
  it("@G10 @G21 sends two notices at once, and those that arrive meanwhile together in the next batch", async () => {
    const { createSender } = setUp();
    const { sender, batches, take } = createSender();
    for (let number = 0; number < 5; number += 1) sender.push(warning);
    expect(batches.map(({ length }) => length)).toEqual([1, 1]);
    await take();
    expect(batches.map(({ length }) => length)).toEqual([1, 1, 3]);
    await take();
    await take();
    expect(batches).toHaveLength(3);
  });

  it("@G10 @G21 sends events when those before them are processed, and answers before that", async () => {
    const { createSender, pass, settle } = setUp();
    const { sender, batches, take } = createSender();
    const kinds = () => batches.map((batch) => batch.map(({ kind }) => kind));
    sender.pushEvent(event(1, long), handle(1), false);
    await settle();
    sender.pushEvent(event(2), handle(1), false);
    await pass();
    expect(kinds()).toEqual([["events"]]);
    sender.push(warning);
    expect(kinds()).toEqual([["events"], ["events", "warning"]]);
    sender.pushEvent(event(3), handle(1), false);
    sender.push(warning);
    await take();
    expect(kinds().at(-1)).toEqual(["events", "warning"]);
    expect(batches).toHaveLength(3);
  });

  it("@G10 @G21 sends up to eight batches of few events that the tab has not processed, and then the rest together", async () => {
    const { createSender, pass, settle } = setUp();
    const { sender, batches, take } = createSender();
    for (let number = 1; number <= 20; number += 1) {
      sender.pushEvent(event(number), handle(1), false);
      await settle();
      await pass();
    }
    const sizes = () =>
      batches.flat().map((notice) => notice.kind === "events" && notice.publications.length);
    expect(sizes()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    await take();
    await pass();
    expect(sizes()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 12]);
  });

  it("continues after a batch that the tab did not process, and logs it", async () => {
    const { createSender, logged } = setUp();
    const { sender, batches, refuse } = createSender();
    for (let number = 0; number < 3; number += 1) sender.push(warning);
    await refuse();
    expect(batches).toHaveLength(3);
    expect(logged).toEqual([
      { message: "A tab did not process a batch", cause: new Error("The port is broken") },
    ]);
  });

  it("@G6 sends nothing once it is closed, not even waiting notices", async () => {
    const { createSender } = setUp();
    const { sender, batches, take } = createSender();
    for (let number = 0; number < 3; number += 1) sender.push(warning);
    sender.close();
    await take();
    sender.push(warning);
    sender.pushEvent(event(1), handle(1), true);
    sender.open();
    expect(batches).toHaveLength(2);
  });

  it("@G10 sends the first event at once and collects those that follow, unless another notice is sent", async () => {
    const { createSender, settle, pass } = setUp();
    const [a, b] = [createSender(), createSender()];
    for (const { sender } of [a, b]) sender.pushEvent(event(1), handle(1), false);
    expect([a.batches.length, b.batches.length]).toEqual([1, 1]);
    await settle();
    await a.take();
    await b.take();
    for (const { sender } of [a, b]) sender.pushEvent(event(2), handle(1), false);
    for (const { sender } of [a, b]) sender.pushEvent(event(3), handle(1), false);
    a.sender.push(warning);
    expect(a.batches.at(-1)?.map(({ kind }) => kind)).toEqual(["events", "warning"]);
    expect(b.batches).toHaveLength(1);
    await pass();
    expect(b.batches).toHaveLength(2);
    expect(b.batches[1]).toMatchObject([{ kind: "events", publications: Float64Array.of(2, 3) }]);
  });

  it("names the handle of a run once or for each event, and details only if an event has some", async () => {
    const { createSender, decode } = setUp();
    const { sender, batches, take, fill } = createSender();
    fill();
    sender.pushEvent(event(1), handle(1), false);
    sender.pushEvent(event(2), handle(1), false);
    sender.push(warning);
    sender.pushEvent(event(3), handle(1), false);
    sender.pushEvent(event(4, json(4), { topic: "com.x" }), handle(2), false);
    await take();
    const [one, , two] = batches[2] ?? [];
    expect(one).toMatchObject({ targets: [1], publications: Float64Array.of(1, 2), details: [] });
    expect(two).toMatchObject({
      targets: [1, 2],
      publications: Float64Array.of(3, 4),
      details: [{}, { topic: "com.x" }],
    });
    expect([decode(one), decode(two)]).toEqual([
      [[1], [2]],
      [[3], [4]],
    ]);
  });

  it("combines consecutive events with the same serializer into one run", async () => {
    const { createSender } = setUp();
    const { sender, batches, take, fill } = createSender();
    fill();
    for (const [index, payload] of [json(1), json(2), binary(10), json(3)].entries())
      sender.pushEvent(event(index, payload), handle(1), false);
    sender.push(warning);
    await take();
    expect(batches[2]?.map((notice) => notice.kind === "events" && [...notice.publications])).toEqual([
      [0, 1],
      [2],
      [3],
      false,
    ]);
  });

  it("@G10 joins events once if they go to several tabs in the same turn, and other events separately", async () => {
    const { createSender, pass, settle, decode } = setUp();
    const tabs = [createSender(), createSender(), createSender(), createSender()];
    const events = [event(1), event(2), event(3)];
    // The third tab gets as many events, but others; the last one gets fewer.
    const eventsByTab = [events, events, [...events.slice(1), event(4)], events.slice(1)];
    for (const { sender } of tabs) sender.pushEvent(event(0), handle(1), false);
    await settle();
    tabs.forEach(({ sender }, index) => {
      for (const one of eventsByTab[index] ?? []) sender.pushEvent(one, handle(1), false);
    });
    for (const { take } of tabs) await take();
    await pass();
    const notices = tabs.map(({ batches }) => batches[1]?.[0]);
    const payloads = notices.map((notice) => (notice?.kind === "events" ? notice.payloads : undefined));
    expect(payloads[0]).toBeDefined();
    expect(payloads[1]).toBe(payloads[0]);
    expect(notices.map(decode)).toEqual([
      [[1], [2], [3]],
      [[1], [2], [3]],
      [[2], [3], [4]],
      [[2], [3]],
    ]);
  });
});

describe("large binary data", () => {
  it("@G10 of an event cross the port alone and in order, and by transfer if no other tab gets them", async () => {
    const { createSender } = setUp();
    const { sender, batches, owned, take, fill } = createSender();
    const [own, shared, small] = [binary(LARGE), binary(LARGE), binary(LARGE - 1)];
    fill();
    // The rest of the frame stays here: the notice has the fields of the contract and no others.
    sender.pushEvent({ ...event(1, own), subscription: 9 } as TabEvent, handle(1), true);
    sender.pushEvent(event(2, shared), handle(1), false);
    sender.pushEvent(event(3, small), handle(1), true);
    sender.push(warning);
    await take();
    expect(batches[2]?.map(({ kind }) => kind)).toEqual(["event", "event", "events", "warning"]);
    expect(batches[2]?.[0]).toEqual({ kind: "event", target: 1, ...event(1, own) });
    expect(owned).toEqual([[], [], [bufferOf(own)]]);
    sender.push(warning);
    await take();
    expect(owned[3]).toEqual([]);
  });

  it("of a result are transferred, small data and text are not", async () => {
    const { createSender } = setUp();
    const { sender, owned, take, fill } = createSender();
    const payload = binary(LARGE);
    fill();
    const result = { kind: "result", request: 1 as RequestId, progress: false, details: {} } as const;
    sender.push({ ...result, payload: json("text".repeat(LARGE)) });
    sender.push({ ...result, payload });
    sender.push({ ...result, payload: binary(LARGE - 1) });
    await take();
    expect(owned).toEqual([[], [], [bufferOf(payload)]]);
  });

  it("that cannot be joined affects no answer in the same batch and no event of another tab", async () => {
    const { createSender, pass, settle, logged } = setUp();
    const [a, b] = [createSender(), createSender()];
    const lost: Payload = { serializer: "msgpack", count: 1, data: "not bytes" };
    for (const { sender } of [a, b]) sender.pushEvent(event(1), handle(1), false);
    await settle();
    a.sender.pushEvent(event(2, lost), handle(1), false);
    b.sender.pushEvent(event(3), handle(1), false);
    for (const { take } of [a, b]) await take();
    await pass();
    a.sender.push(warning);
    await a.take();
    expect(a.batches.slice(1)).toEqual([[warning]]);
    expect(b.batches[1]).toMatchObject([{ kind: "events" }]);
    expect(logged.map(({ message }) => message)).toEqual(["1 events could not be joined"]);
  });

  it.each([
    ["alone", [], [["events"]]],
    ["beside an answer", [warning], [["warning"], ["events"]]],
  ])(
    "@G21 that cannot be joined hold up no later ones, %s: the tab tells at once only of events that it gets",
    async (_name, notices, sent) => {
      const { createSender, pass, settle } = setUp();
      const { sender, batches, take, fill } = createSender();
      const lost: Payload = { serializer: "msgpack", count: 1, data: "not bytes" };
      fill();
      sender.pushEvent(event(1, lost), handle(1), false);
      for (const notice of notices) sender.push(notice);
      await take();
      await take();
      await pass();
      sender.pushEvent(event(2), handle(1), false);
      await settle();
      await pass();
      expect(batches.slice(2).map((batch) => batch.map(({ kind }) => kind))).toEqual(sent);
    },
  );
});
