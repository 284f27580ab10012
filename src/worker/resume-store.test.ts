import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { createResumeStore } from "./resume-store.js";

/** A disk that works, fails or never answers, as the test wants. */
function setUp() {
  const clock = new FakeClock();
  const disk = new Map<string, unknown>();
  let mode: "works" | "fails" | "hangs" | "throws" = "works";
  const run = <T>(operation: () => T): Promise<T> => {
    if (mode === "throws") throw new ReferenceError("indexedDB is not defined");
    if (mode === "fails") return Promise.reject(new DOMException("disk full", "QuotaExceededError"));
    if (mode === "hangs") return new Promise<T>(() => undefined);
    return Promise.resolve(operation());
  };
  const store = createResumeStore(
    {
      get: (key) => run(() => disk.get(key)),
      set: (key, value) => run(() => void disk.set(key, value)),
      delete: (key) => run(() => void disk.delete(key)),
    },
    clock,
  );
  /** The operation's outcome, with whatever time it needs. */
  const finish = async <T>(operation: Promise<T>): Promise<T> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    clock.advance(60_000);
    return operation;
  };
  return {
    store,
    disk,
    clock,
    finish,
    set: (next: typeof mode) => {
      mode = next;
    },
  };
}

describe("the resume store", () => {
  it("@G15 keeps values on disk", async () => {
    const { store, disk, clock } = setUp();
    await store.write("key", { a: 1 });
    expect(disk.get("key")).toEqual({ a: 1 });
    expect(await store.read("key")).toEqual({ a: 1 });
    expect([store.status, clock.pending]).toEqual([{ kind: "indexeddb" }, 0]);
  });

  it.each([
    ["is full", "fails", "QuotaExceededError: disk full"],
    ["never answers", "hangs", "IndexedDB did not answer within 2000 ms"],
    ["is missing", "throws", "ReferenceError: indexedDB is not defined"],
  ] as const)(
    "@G15 works from memory when the disk %s, and reports the reason",
    async (_case, mode, reason) => {
      const { store, disk, set, finish } = setUp();
      await store.write("old", 1);
      set(mode);
      await finish(store.write("key", 2));
      await finish(store.write("old", 3));
      expect(store.status).toEqual({ kind: "memory", reason });
      expect([await finish(store.read("key")), await finish(store.read("old"))]).toEqual([2, 3]);
      expect(await finish(store.read("other"))).toBeUndefined();
      expect(disk.get("old")).toBe(1);
    },
  );

  it("returns to the disk when it works again", async () => {
    const { store, disk, set, finish } = setUp();
    set("fails");
    await finish(store.write("key", 1));
    set("works");
    await store.write("key", 2);
    expect([disk.get("key"), await store.read("key"), store.status]).toEqual([2, 2, { kind: "indexeddb" }]);
  });

  it("reports memory as long as any value exists only there", async () => {
    const { store, set, finish } = setUp();
    set("fails");
    await finish(store.write("one", 1));
    set("works");
    await store.write("two", 2);
    await store.read("three");
    expect(store.status).toMatchObject({ kind: "memory" });
    await store.write("one", 1);
    expect(store.status).toEqual({ kind: "indexeddb" });
  });

  it("reads a value that is being written", async () => {
    const { store } = setUp();
    const reading = store.read("key");
    const writing = store.write("key", "new");
    expect(await reading).toBe("new");
    await writing;
  });
});
