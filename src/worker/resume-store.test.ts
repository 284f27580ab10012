import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { createResumeStore } from "./resume-store.js";

/** A disk that works, fails or never answers, as the test wants. */
function setUp() {
  const clock = new FakeClock();
  const disk = new Map<string, unknown>();
  let mode: "works" | "fails" | "hangs" | "throws" = "works";
  /** Makes the disk do what it has hung on. */
  const hanging: (() => void)[] = [];
  const run = <T>(operation: () => T): Promise<T> => {
    if (mode === "throws") throw new ReferenceError("indexedDB is not defined");
    if (mode === "fails") return Promise.reject(new DOMException("disk full", "QuotaExceededError"));
    if (mode === "hangs") return new Promise<T>((resolve) => hanging.push(() => resolve(operation())));
    return Promise.resolve(operation());
  };
  const store = createResumeStore(
    {
      get: (key) => run(() => disk.get(key)),
      set: (key, value) => run(() => void disk.set(key, value)),
      delete: (key, isMeant) => run(() => void (isMeant(disk.get(key)) && disk.delete(key))),
    },
    clock,
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  /** The operation's outcome, with the time that it may need. */
  const finish = async <T>(operation: Promise<T>): Promise<T> => {
    await settle();
    clock.advance(2_000);
    return operation;
  };
  return {
    store,
    disk,
    clock,
    hanging,
    settle,
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
    ["never answers", "hangs", "TimeoutError: IndexedDB did not answer within 2000 ms"],
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

  it.each(["write", "read"] as const)(
    "@G15 writes and removes what had failed as soon as a %s succeeds",
    async (operation) => {
      const { store, disk, set, settle, finish, clock } = setUp();
      await store.write("secret", "old");
      set("fails");
      await finish(store.write("one", 1));
      await finish(store.remove("secret"));
      set("works");
      if (operation === "write") await store.write("two", 2);
      else await store.read("two");
      await settle();
      expect([disk.get("one"), disk.has("secret")]).toEqual([1, false]);
      expect([store.status, clock.pending]).toEqual([{ kind: "indexeddb" }, 0]);
    },
  );

  it("@G15 tries again by itself what had failed, until the disk works", async () => {
    const { store, disk, set, settle, finish, clock } = setUp();
    set("fails");
    await finish(store.write("one", 1));
    await finish(store.write("two", 2));
    for (let round = 0; round < 3; round += 1) {
      clock.advance(30_000);
      await settle();
    }
    expect([store.status.kind, disk.size]).toEqual(["memory", 0]);
    set("works");
    clock.advance(30_000);
    await settle();
    expect([...disk]).toEqual([
      ["one", 1],
      ["two", 2],
    ]);
    expect([store.status, clock.pending]).toEqual([{ kind: "indexeddb" }, 0]);
  });

  it("@G15 takes note of a write that succeeds after the time limit, and writes nothing twice", async () => {
    const { store, disk, set, settle, finish, hanging, clock } = setUp();
    set("hangs");
    await finish(store.write("key", 1));
    expect(store.status.kind).toBe("memory");
    set("works");
    for (const go of hanging.splice(0)) go();
    await settle();
    expect([disk.get("key"), store.status]).toEqual([1, { kind: "indexeddb" }]);
    disk.clear();
    clock.advance(60_000);
    await settle();
    expect([disk.size, clock.pending]).toEqual([0, 0]);
  });

  it("@G15 keeps the newer value when an older one is written late", async () => {
    const { store, disk, set, settle, finish, hanging } = setUp();
    set("hangs");
    await finish(store.write("key", "old"));
    set("fails");
    await finish(store.write("key", "new"));
    for (const go of hanging.splice(0)) go();
    await settle();
    expect([await finish(store.read("key")), store.status.kind]).toEqual(["new", "memory"]);
    set("works");
    await store.read("other");
    await settle();
    expect([disk.get("key"), store.status.kind]).toEqual(["new", "indexeddb"]);
  });

  it("@G15 tries again to remove a value of its own, and keeps one that another worker has written since", async () => {
    const { store, disk, set, settle, finish, clock } = setUp();
    for (const key of ["one", "two"]) await store.write(key, "mine");
    set("fails");
    for (const key of ["one", "two"]) await finish(store.remove(key, (value) => value === "mine"));
    disk.set("two", "theirs");
    set("works");
    clock.advance(30_000);
    await settle();
    expect([...disk]).toEqual([["two", "theirs"]]);
    expect([await store.read("two"), store.status, clock.pending]).toEqual([
      "theirs",
      { kind: "indexeddb" },
      0,
    ]);
  });

  it("reads a value that is being written", async () => {
    const { store } = setUp();
    const reading = store.read("key");
    const writing = store.write("key", "new");
    expect(await reading).toBe("new");
    await writing;
  });

  it("@G15 does not remove late what the worker of another build has stored since", async () => {
    const { store, disk, set, finish, clock, settle } = setUp();
    await store.write("key", { session: 1 });
    set("fails");
    await finish(store.remove("key"));
    disk.set("key", { session: 2 });
    set("works");
    clock.advance(30_000);
    await settle();
    expect([disk.get("key"), store.status, clock.pending]).toEqual([
      { session: 2 },
      { kind: "indexeddb" },
      0,
    ]);
  });

  it("@G15 does not remove late what another build has stored where there was nothing", async () => {
    const { store, disk, set, finish } = setUp();
    await store.read("key");
    set("fails");
    await finish(store.remove("key"));
    disk.set("key", { session: 2 });
    set("works");
    await store.read("other");
    expect(disk.get("key")).toEqual({ session: 2 });
  });

  it("@G15 removes late what it has never been able to read", async () => {
    const { store, disk, set, finish, settle } = setUp();
    disk.set("key", { session: 1 });
    set("fails");
    await finish(store.read("key"));
    await finish(store.remove("key"));
    set("works");
    await store.read("other");
    await settle();
    expect(disk.has("key")).toBe(false);
  });

  it("@G15 still removes what it was to remove in any case if a removal on a condition follows", async () => {
    const { store, disk, set, finish, settle } = setUp();
    disk.set("key", "of an earlier worker");
    await store.read("key");
    set("fails");
    await finish(store.remove("key"));
    await finish(store.remove("key", (value) => value === "mine"));
    set("works");
    await store.read("other");
    await settle();
    expect([disk.has("key"), store.status.kind]).toEqual([false, "indexeddb"]);
  });

  it("@G15 still removes what it was to remove in any case while a removal on a condition succeeds", async () => {
    const { store, disk, set, hanging, clock, settle } = setUp();
    disk.set("key", "of an earlier worker");
    await store.read("key");
    set("hangs");
    const removing = store.remove("key", (value) => value === "mine");
    await settle();
    set("fails");
    await store.remove("key");
    for (const go of hanging.splice(0)) go();
    await removing;
    await settle();
    set("works");
    clock.advance(30_000);
    await settle();
    expect(disk.has("key")).toBe(false);
  });

  it("@G15 keeps a value that it has read and that does not meet the condition", async () => {
    const { store, disk, set, finish, settle } = setUp();
    disk.set("key", "theirs");
    await store.read("key");
    await store.remove("key", (value) => value === "mine");
    set("fails");
    await finish(store.remove("key", (value) => value === "mine"));
    set("works");
    await store.read("other");
    await settle();
    expect([disk.get("key"), store.status.kind]).toEqual(["theirs", "indexeddb"]);
  });

  it("@G15 removes late what a removal on a condition had left", async () => {
    const { store, disk, set, finish, settle } = setUp();
    await store.write("key", "mine");
    disk.set("key", "theirs");
    await store.remove("key", (value) => value === "mine");
    set("fails");
    await finish(store.remove("key"));
    set("works");
    await store.read("other");
    await settle();
    expect(disk.has("key")).toBe(false);
  });

  it("@G15 removes again what it has removed, written and removed", async () => {
    const { store, disk, set, hanging, settle, clock } = setUp();
    set("hangs");
    const first = store.remove("key");
    const writing = store.write("key", "secret");
    await settle();
    set("fails");
    await store.remove("key");
    hanging.shift()?.();
    await first;
    hanging.shift()?.();
    await writing;
    await settle();
    set("works");
    clock.advance(30_000);
    await settle();
    expect(disk.has("key")).toBe(false);
  });
});
