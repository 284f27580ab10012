import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { transfer } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { openLink } from "./link.js";
import type { Link } from "./link.js";
import type { PortLike, Stream } from "./stream-port.js";
import { nextTask } from "../web/next-task.js";

class FieldError extends Error {
  override name = "FieldError" as const;
  readonly secret = "s3cret";
}

interface Api {
  add(a: number, b: number): Promise<number>;
  note(text: string): Promise<void>;
  size(buffer: ArrayBuffer): Promise<number>;
  make(): Promise<unknown>;
  fail(): Promise<void>;
  /** The method of the stream. */
  take(batch: readonly unknown[]): Promise<void>;
}

function api(notes: string[] = [], take: Api["take"] = () => Promise.resolve()): Api {
  return {
    add: (a, b) => Promise.resolve(a + b),
    note: (text) => {
      notes.push(text);
      return Promise.resolve();
    },
    size: (buffer) => Promise.resolve(buffer.byteLength),
    make: () => Promise.resolve({ unclonable: () => 0 }),
    fail: () => Promise.reject(new FieldError("it broke")),
    take,
  };
}

/** A stream in both directions, whose batches are written with a mark, and weigh more with "event" and less with "light". */
const stream: Stream = {
  sends: "take",
  receives: "take",
  pack: (batch: readonly unknown[]) => ["packed", ...batch],
  unpack: (flat) => flat.slice(1),
  weigh: (batch: readonly unknown[]) =>
    batch.includes("event") ? 1 : batch.includes("light") ? 1 / 4 : 3 / 4,
};

const opened: Link<Api>[] = [];

afterEach(() => {
  for (const link of opened.splice(0)) link.close();
});

/** Returns a port that keeps what is sent through it. */
function counted(port: MessagePort, frames: unknown[]): PortLike {
  return {
    postMessage: (message: unknown, list: Transferable[] = []) => {
      port.postMessage(message, list);
      frames.push(message);
    },
    addEventListener: port.addEventListener.bind(port),
    removeEventListener: port.removeEventListener.bind(port),
    start: () => {
      port.start();
    },
    close: () => {
      port.close();
    },
  } as PortLike;
}

function pair(hubApi = api(), tabApi = api()) {
  const { port1, port2 } = new MessageChannel();
  const frames: unknown[] = [];
  const hubFrames: unknown[] = [];
  const tab = openLink<Api, Api>(counted(port1, frames), tabApi, stream);
  const hub = openLink<Api, Api>(counted(port2, hubFrames), hubApi, stream);
  opened.push(tab, hub);
  return { tab, hub, frames, hubFrames };
}

const task = () =>
  new Promise<void>((resolve) => {
    nextTask(resolve);
  });
/** Resolves when all earlier messages have been received, and what they were answered with. */
const roundTrip = ({ remote }: Link<Api>) => remote.add(0, 0);

/** Returns the frames of the stream. */
const told = (messages: readonly unknown[]) => messages.filter(Array.isArray);

describe("openLink", () => {
  it("lets both sides call each other on one port", async () => {
    const { tab, hub } = pair();
    expect(await Promise.all([tab.remote.add(1, 2), hub.remote.add(3, 4), tab.remote.add(5, 6)])).toEqual([
      3, 7, 11,
    ]);
  });

  it("keeps the order of the calls", async () => {
    const notes: string[] = [];
    const { tab } = pair(api(notes));
    const expected = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(expected.map((text) => tab.remote.note(text)));
    expect(notes).toEqual(expected);
  });

  it("sends a call at once", () => {
    const { tab, frames } = pair();
    void tab.remote.add(1, 1);
    expect(frames).toHaveLength(1);
    void tab.remote.add(1, 1);
    expect(frames).toHaveLength(2);
  });

  it("carries an error with its name and its message, and without its own fields", async () => {
    const { tab } = pair();
    const error: unknown = await tab.remote.fail().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "FieldError", message: "it broke" });
    expect(error).not.toHaveProperty("secret");
  });

  it("transfers buffers, even those of collected messages", async () => {
    const { tab } = pair();
    const first = new ArrayBuffer(8);
    const second = new ArrayBuffer(16);
    const sizes = Promise.all([
      tab.remote.add(1, 1),
      tab.remote.size(transfer(first, [first])),
      tab.remote.size(transfer(second, [second])),
    ]);
    expect(await sizes).toEqual([2, 8, 16]);
    expect([first.byteLength, second.byteLength]).toEqual([0, 0]);
  });

  it("rejects a call that cannot be cloned, and no other", async () => {
    const { tab } = pair();
    const unclonable: unknown = () => 0;
    const results = await Promise.allSettled([
      tab.remote.add(1, 1),
      tab.remote.add(2, 2),
      tab.remote.note(unclonable as string),
      tab.remote.add(3, 3),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("rejects a call whose answer cannot be cloned, and no other", async () => {
    const { tab } = pair();
    const results = await Promise.allSettled([tab.remote.make(), tab.remote.make(), tab.remote.add(3, 3)]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  it("sends the calls made before close, and nothing afterwards", async () => {
    const notes: string[] = [];
    const { tab, hub, frames } = pair(api(notes));
    void tab.remote.note("first");
    void tab.remote.note("second");
    tab.close();
    expect(frames).toHaveLength(2);
    expect(() => tab.remote.note("third")).toThrow();
    // A call of the other side, which is not answered any more.
    void hub.remote.add(1, 1);
    while (notes.length < 2) await task();
    await task();
    expect(notes).toEqual(["first", "second"]);
    expect(frames).toHaveLength(2);
  });

  it("can be closed twice", () => {
    const { tab } = pair();
    tab.close();
    tab.close();
  });

  it("@G6 keeps nothing of this side once it is closed, although this side has methods of the other one", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const { port1 } = new MessageChannel();
    const openAndClose = (): WeakRef<Api> => {
      const local = api();
      const link = openLink<Api, Api>(port1, local, stream);
      // As the hub has those of a tab.
      const { add } = link.remote;
      local.add = (a, b) => add(a, b);
      link.close();
      return new WeakRef(local);
    };
    const local = openAndClose();
    // The target of a WeakRef is kept until the end of the task that has made it.
    await task();
    collectGarbage();
    expect(local.deref()).toBeUndefined();
  });

  it("@G23 ignores data that is not a message of a link", async () => {
    const { port1, port2 } = new MessageChannel();
    const link = openLink<Api, Api>(port2, api(), stream);
    opened.push(link);
    // An endless count would keep the worker busy for ever.
    for (const stray of [
      undefined,
      null,
      "text",
      {},
      [],
      [1],
      [0, 1],
      [Infinity],
      [["other", {}]],
      { id: 1 },
    ]) {
      port1.postMessage(stray);
    }
    const other = openLink<Api, Api>(port1, api(), stream);
    opened.push(other);
    expect(await other.remote.add(1, 1)).toBe(2);
  });
});

describe("the stream of a link", () => {
  const taking = () => {
    const batches: unknown[] = [];
    const take: Api["take"] = (batch) => {
      batches.push(batch);
      return Promise.resolve();
    };
    return { batches, take };
  };

  it("@G10 costs one message each way for a request and its answer", async () => {
    const [tabGot, hubGot] = [taking(), taking()];
    const { tab, hub, frames, hubFrames } = pair(api([], hubGot.take), api([], tabGot.take));
    for (let round = 1; round <= 3; round += 1) {
      void tab.remote.take([round]);
      while (hubGot.batches.length < round) await task();
      void hub.remote.take([-round]);
      while (tabGot.batches.length < round) await task();
    }
    expect(frames).toEqual([
      [0, ["packed", 1]],
      [1, ["packed", 2]],
      [1, ["packed", 3]],
    ]);
    expect(hubFrames).toEqual([
      [1, ["packed", -1]],
      [1, ["packed", -2]],
      [1, ["packed", -3]],
    ]);
    expect([hubGot.batches, tabGot.batches]).toEqual([
      [[1], [2], [3]],
      [[-1], [-2], [-3]],
    ]);
  });

  it("@G21 resolves a batch when the other side has told of it: of every second one, at the latest", async () => {
    const { tab, hubFrames } = pair();
    const taken: number[] = [];
    for (let number = 1; number <= 3; number += 1)
      void tab.remote.take([number]).then(() => taken.push(number));
    await roundTrip(tab);
    expect(taken).toEqual([1, 2]);
    expect(told(hubFrames)).toEqual([[2]]);
    void tab.remote.take([4]).then(() => taken.push(4));
    await roundTrip(tab);
    expect(taken).toEqual([1, 2, 3, 4]);
    expect(told(hubFrames)).toEqual([[2], [2]]);
  });

  it("@G21 resolves a batch of full weight at once", async () => {
    const { tab, hubFrames } = pair();
    await tab.remote.take(["event"]);
    expect(hubFrames).toEqual([[1]]);
  });

  it("@G21 resolves batches that weigh little as soon as they weigh enough together", async () => {
    const { tab, hubFrames } = pair();
    const taken: number[] = [];
    const take = (number: number, ...rest: string[]) =>
      void tab.remote.take([number, ...rest]).then(() => taken.push(number));
    for (const number of [1, 2, 3]) take(number, "light");
    await roundTrip(tab);
    expect([taken, told(hubFrames)]).toEqual([[], []]);
    take(4, "light");
    await roundTrip(tab);
    expect([taken, told(hubFrames)]).toEqual([[1, 2, 3, 4], [[4]]]);
    take(5, "light");
    take(6);
    await roundTrip(tab);
    expect(told(hubFrames)).toEqual([[4], [2]]);
  });

  it("@G21 weighs the batches in their order, also those that were taken in before earlier ones", async () => {
    const slow: (() => void)[] = [];
    const take: Api["take"] = (batch) =>
      batch.includes("slow") ? new Promise((resolve) => slow.push(resolve)) : Promise.resolve();
    const { tab, hubFrames } = pair(api([], take));
    void tab.remote.take(["event", "slow"]);
    void tab.remote.take(["light"]);
    await roundTrip(tab);
    // The sender counts in order too: for it, the first batch has been taken in.
    expect(told(hubFrames)).toEqual([[1]]);
    slow[0]?.();
    await roundTrip(tab);
    expect(told(hubFrames)).toEqual([[1]]);
    void tab.remote.take([]);
    await roundTrip(tab);
    expect(told(hubFrames)).toEqual([[1], [2]]);
  });

  it("@G21 does not resolve a batch that the other side is still taking in, and keeps the order", async () => {
    const taken: (() => void)[] = [];
    const { tab } = pair(api([], () => new Promise((resolve) => taken.push(resolve))));
    const resolved: number[] = [];
    for (const number of [1, 2]) void tab.remote.take(["event", number]).then(() => resolved.push(number));
    while (taken.length < 2) await task();
    await roundTrip(tab);
    expect(resolved).toEqual([]);
    taken[0]?.();
    await roundTrip(tab);
    expect(resolved).toEqual([1]);
    taken[1]?.();
    await roundTrip(tab);
    expect(resolved).toEqual([1, 2]);
  });

  it("rejects a batch that the other side refuses, and no other", async () => {
    const take: Api["take"] = ([first]) =>
      first === 2 ? Promise.reject(new FieldError("not this one")) : Promise.resolve();
    const { tab } = pair(api([], take));
    const results = await Promise.allSettled([1, 2, 3, 4].map((number) => tab.remote.take([number])));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { name: "FieldError", message: "not this one" } });
  });

  it("rejects a batch that cannot be cloned, and no other", async () => {
    const { batches, take } = taking();
    const { tab } = pair(api([], take));
    const results = await Promise.allSettled([
      tab.remote.take([1]),
      tab.remote.take([() => 0]),
      tab.remote.take([3]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(batches).toEqual([[1], [3]]);
  });

  it("keeps its place among the other calls", async () => {
    const notes: string[] = [];
    const take: Api["take"] = ([text]) => {
      notes.push(String(text));
      return Promise.resolve();
    };
    const { tab } = pair(api(notes, take));
    void tab.remote.take(["one"]);
    void tab.remote.note("two");
    void tab.remote.take(["three"]);
    await tab.remote.note("four");
    expect(notes).toEqual(["one", "two", "three", "four"]);
  });

  it("transfers the buffers of a batch", async () => {
    const { batches, take } = taking();
    const { tab } = pair(api([], take));
    const buffer = new ArrayBuffer(8);
    await tab.remote.take(transfer(["event", buffer], [buffer]));
    expect(buffer.byteLength).toBe(0);
    expect(batches).toEqual([["event", new ArrayBuffer(8)]]);
  });
});
