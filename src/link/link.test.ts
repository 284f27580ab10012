import { transfer } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { openLink } from "./link.js";
import type { Link } from "./link.js";
import { nextTask } from "../web/next-task.js";

class FieldError extends Error {
  override name = "FieldError" as const;
  constructor(
    message: string,
    readonly uri: string,
    readonly args: readonly unknown[],
  ) {
    super(message);
  }
}

interface Api {
  add(a: number, b: number): Promise<number>;
  note(text: string): Promise<void>;
  size(buffer: ArrayBuffer): Promise<number>;
  make(): Promise<unknown>;
  fail(): Promise<void>;
}

function api(notes: string[] = []): Api {
  return {
    add: (a, b) => Promise.resolve(a + b),
    note: (text) => {
      notes.push(text);
      return Promise.resolve();
    },
    size: (buffer) => Promise.resolve(buffer.byteLength),
    make: () => Promise.resolve({ unclonable: () => 0 }),
    fail: () => Promise.reject(new FieldError("it broke", "com.example.broken", [1, { deep: true }])),
  };
}

const opened: Link<Api>[] = [];
afterEach(() => {
  for (const link of opened.splice(0)) link.close();
});

function pair(hubNotes: string[] = [], tabNotes: string[] = [], later?: (task: () => void) => void) {
  const { port1, port2 } = new MessageChannel();
  const frames: unknown[] = [];
  // As a MessagePort, but counting what crosses it.
  const counted = {
    postMessage: (message: unknown, list: Transferable[] = []) => {
      port1.postMessage(message, list);
      frames.push(message);
    },
    addEventListener: port1.addEventListener.bind(port1),
    removeEventListener: port1.removeEventListener.bind(port1),
    start: () => {
      port1.start();
    },
    close: () => {
      port1.close();
    },
  } as MessagePort;
  const tab = openLink<Api, Api>(counted, api(tabNotes), later);
  const hub = openLink<Api, Api>(port2, api(hubNotes));
  opened.push(tab, hub);
  return { tab, hub, frames };
}

const task = () =>
  new Promise<void>((resolve) => {
    nextTask(resolve);
  });

const directions = (frames: readonly unknown[]) =>
  frames.map((frame) => (Array.isArray(frame) ? frame.map((entry: unknown[]) => entry[0]) : frame));

describe("openLink", () => {
  it("lets both sides call each other on one port", async () => {
    const { tab, hub } = pair();
    expect(await Promise.all([tab.remote.add(1, 2), hub.remote.add(3, 4), tab.remote.add(5, 6)])).toEqual([
      3, 7, 11,
    ]);
  });

  it("keeps the order of the calls", async () => {
    const notes: string[] = [];
    const { tab } = pair(notes);
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

  it("holds answers for a call to travel with", async () => {
    const waited: (() => void)[] = [];
    const { tab, hub, frames } = pair([], [], (task) => waited.push(task));
    const calls = [hub.remote.add(1, 1), hub.remote.add(2, 2)];
    while (waited.length === 0) await task();
    await task();
    expect(frames).toEqual([]);
    const callBack = tab.remote.add(3, 3);
    expect(directions(frames)).toEqual([["answer", "answer", "call"]]);
    expect(await Promise.all([...calls, callBack])).toEqual([2, 4, 6]);
    for (const send of waited) send();
    expect(frames).toHaveLength(1);
  });

  it("sends an answer alone after its waiting time if there is no call", async () => {
    const waited: (() => void)[] = [];
    const { hub, frames } = pair([], [], (task) => waited.push(task));
    const call = hub.remote.add(1, 1);
    while (waited.length === 0) await task();
    expect(frames).toEqual([]);
    for (const send of waited) send();
    expect(await call).toBe(2);
  });

  it("@G8 carries an error with its name, its message and its own fields", async () => {
    const { tab } = pair();
    const error: unknown = await tab.remote.fail().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "FieldError",
      message: "it broke",
      uri: "com.example.broken",
      args: [1, { deep: true }],
    });
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
    const { tab, hub, frames } = pair(notes);
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

  it("ignores data that is not a message of a link", async () => {
    const { port1, port2 } = new MessageChannel();
    const link = openLink<Api, Api>(port2, api());
    opened.push(link);
    for (const stray of [
      undefined,
      null,
      "text",
      {},
      [1],
      [["other", {}]],
      [["call", null]],
      [["answer", {}]],
    ]) {
      port1.postMessage(stray);
    }
    const other = openLink<Api, Api>(port1, api());
    opened.push(other);
    expect(await other.remote.add(1, 1)).toBe(2);
  });
});
