import { describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Notice } from "../../contract/notices.js";
import type { RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { newEventFlow } from "./event-flow.js";
import type { TabEvent } from "./event-batcher.js";
import { NoticeSender } from "./notice-sender.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { json } from "../../testing/harness.js";

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
const warning = { kind: "warning", error: { name: "ProtocolError", message: "" } } as const;

/** Outlets of one session. What each has delivered is in `batches`, and waits to be confirmed with `take`. */
function setUp() {
  const fake = createFakeEnvironment();
  /** What the pace waits for. */
  const pauses: (() => void)[] = [];
  const flow = newEventFlow({ ...fake.env, pause: (task) => pauses.push(task) });
  const outletOfTab = () => {
    const batches: Notice[][] = [];
    const owned: ArrayBuffer[][] = [];
    const waiting: { readonly resolve: () => void; readonly reject: (cause: unknown) => void }[] = [];
    const outlet = new NoticeSender(
      (batch, buffers) => {
        batches.push([...batch]);
        owned.push([...buffers]);
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      flow,
      fake.env.log,
    );
    outlet.open();
    const take = async (): Promise<void> => {
      waiting.shift()?.resolve();
      await fake.settle();
    };
    const refuse = async (): Promise<void> => {
      waiting.shift()?.reject(new Error("The port is broken"));
      await fake.settle();
    };
    return { outlet, batches, owned, take, refuse };
  };
  const pass = async (): Promise<void> => {
    for (const task of pauses.splice(0)) task();
    await fake.settle();
  };
  /** The arguments of the events of a run. */
  const decode = (notice: Notice | undefined): unknown[] | undefined =>
    notice?.kind === "events"
      ? jsonPayloads.decodeJoined(notice.payloads).map(({ args }) => args)
      : undefined;
  return { ...fake, outletOfTab, pass, decode };
}

describe("the way to a tab", () => {
  it("@G10 the first notice goes at once, what comes while it is on its way goes with the next batch", async () => {
    const { outletOfTab } = setUp();
    const { outlet, batches, take } = outletOfTab();
    for (let number = 0; number < 3; number += 1) outlet.push(warning);
    expect(batches.map(({ length }) => length)).toEqual([1]);
    await take();
    expect(batches.map(({ length }) => length)).toEqual([1, 2]);
    await take();
    expect(batches).toHaveLength(2);
  });

  it("goes on after a batch that was not taken, and says so", async () => {
    const { outletOfTab, logged } = setUp();
    const { outlet, batches, refuse } = outletOfTab();
    outlet.push(warning);
    outlet.push(warning);
    await refuse();
    expect(batches).toHaveLength(2);
    expect(logged).toEqual([
      { message: "A tab did not take a batch in", cause: new Error("The port is broken") },
    ]);
  });

  it("@G6 nothing goes to a tab that is gone, not even what had been waiting", async () => {
    const { outletOfTab } = setUp();
    const { outlet, batches, take } = outletOfTab();
    outlet.push(warning);
    outlet.push(warning);
    outlet.close();
    await take();
    outlet.push(warning);
    outlet.pushEvent(event(1), handle(1), true);
    outlet.open();
    expect(batches).toHaveLength(1);
  });

  it("@G10 the first event goes at once, those that follow are collected, unless something else goes", async () => {
    const { outletOfTab, settle, pass } = setUp();
    const [a, b] = [outletOfTab(), outletOfTab()];
    for (const { outlet } of [a, b]) outlet.pushEvent(event(1), handle(1), false);
    expect([a.batches.length, b.batches.length]).toEqual([1, 1]);
    await settle();
    await a.take();
    await b.take();
    for (const { outlet } of [a, b]) outlet.pushEvent(event(2), handle(1), false);
    for (const { outlet } of [a, b]) outlet.pushEvent(event(3), handle(1), false);
    a.outlet.push(warning);
    expect(a.batches.at(-1)?.map(({ kind }) => kind)).toEqual(["events", "warning"]);
    expect(b.batches).toHaveLength(1);
    await pass();
    expect(b.batches).toHaveLength(2);
    expect(b.batches[1]).toMatchObject([{ kind: "events", publications: Float64Array.of(2, 3) }]);
  });

  it("one run names a handle once, or one for each event, and details only where there are some", async () => {
    const { outletOfTab, decode } = setUp();
    const { outlet, batches, take } = outletOfTab();
    outlet.push(warning);
    outlet.pushEvent(event(1), handle(1), false);
    outlet.pushEvent(event(2), handle(1), false);
    outlet.push(warning);
    outlet.pushEvent(event(3), handle(1), false);
    outlet.pushEvent(event(4, json(4), { topic: "com.x" }), handle(2), false);
    await take();
    const [one, , two] = batches[1] ?? [];
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

  it("events of one serializer make one run", async () => {
    const { outletOfTab } = setUp();
    const { outlet, batches, take } = outletOfTab();
    outlet.push(warning);
    for (const [index, payload] of [json(1), json(2), binary(10), json(3)].entries())
      outlet.pushEvent(event(index, payload), handle(1), false);
    outlet.push(warning);
    await take();
    expect(batches[1]?.map((notice) => notice.kind === "events" && [...notice.publications])).toEqual([
      [0, 1],
      [2],
      [3],
      false,
    ]);
  });

  it("what goes to several tabs in the same turn is joined once, and anew in the next", async () => {
    const { outletOfTab, pass, settle } = setUp();
    const tabs = [outletOfTab(), outletOfTab(), outletOfTab()];
    const events = [event(1), event(2), event(3)];
    for (const { outlet } of tabs) outlet.pushEvent(event(0), handle(1), false);
    await settle();
    tabs.forEach(({ outlet }, index) => {
      // The last one gets less.
      for (const one of index < 2 ? events : events.slice(1)) outlet.pushEvent(one, handle(1), false);
    });
    for (const { take } of tabs) await take();
    await pass();
    const columns = tabs.map(({ batches }) => {
      const notice = batches[1]?.[0];
      return notice?.kind === "events" ? notice.payloads : undefined;
    });
    expect(columns[0]).toBe(columns[1]);
    expect(columns[0]).toBeDefined();
    expect(columns[2]).not.toEqual(columns[0]);
  });
});

describe("large binary data", () => {
  it("@G10 of an event cross the port alone and in order, and are given away where no other tab gets them", async () => {
    const { outletOfTab } = setUp();
    const { outlet, batches, owned, take } = outletOfTab();
    const [own, shared, small] = [binary(LARGE), binary(LARGE), binary(LARGE - 1)];
    outlet.push(warning);
    outlet.pushEvent(event(1, own), handle(1), true);
    outlet.pushEvent(event(2, shared), handle(1), false);
    outlet.pushEvent(event(3, small), handle(1), true);
    outlet.push(warning);
    await take();
    expect(batches[1]?.map(({ kind }) => kind)).toEqual(["event", "event", "events", "warning"]);
    expect(batches[1]?.[0]).toEqual({ kind: "event", target: 1, ...event(1, own) });
    expect(owned).toEqual([[], [bufferOf(own)]]);
    outlet.push(warning);
    await take();
    expect(owned[2]).toEqual([]);
  });

  it("of a result are given away, small ones and text are not", async () => {
    const { outletOfTab } = setUp();
    const { outlet, owned, take } = outletOfTab();
    const payload = binary(LARGE);
    const result = { kind: "result", request: 1 as RequestId, progress: false, details: {} } as const;
    outlet.push({ ...result, payload: json("text".repeat(LARGE)) });
    outlet.push({ ...result, payload });
    outlet.push({ ...result, payload: binary(LARGE - 1) });
    await take();
    expect(owned).toEqual([[], [bufferOf(payload)]]);
  });

  it("events that cannot be joined cost no answer that was collected with them, and no other tab anything", async () => {
    const { outletOfTab, pass, settle, logged } = setUp();
    const [a, b] = [outletOfTab(), outletOfTab()];
    const lost: Payload = { serializer: "msgpack", count: 1, data: "not bytes" };
    for (const { outlet } of [a, b]) outlet.pushEvent(event(1), handle(1), false);
    await settle();
    a.outlet.pushEvent(event(2, lost), handle(1), false);
    b.outlet.pushEvent(event(3), handle(1), false);
    for (const { take } of [a, b]) await take();
    await pass();
    a.outlet.push(warning);
    await a.take();
    expect(a.batches.slice(1)).toEqual([[], [warning]]);
    expect(b.batches[1]).toMatchObject([{ kind: "events" }]);
    expect(logged.map(({ message }) => message)).toEqual(["1 events could not be joined"]);
  });
});
