import type { UseStore } from "idb-keyval";
import { describe, expect, it } from "vitest";
import type { NewEntry } from "../hub/stored-entry.js";
import { FakeClock } from "../testing/fake-clock.js";
import { newEntry } from "../testing/outbox-entries.js";
import { nextTask } from "../web/next-task.js";
import { createOutboxStore } from "./outbox-store.js";

const task = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

interface FakeTransaction {
  oncomplete?: () => void;
  onabort?: () => void;
  error?: Error;
  abort?: () => void;
}

/** A database with one transaction, which the test ends. */
function setUp(transaction: FakeTransaction = {}) {
  const clock = new FakeClock();
  const added: unknown[] = [];
  const add = (entry: unknown) => {
    added.push(entry);
    const request: { result: number; onsuccess?: () => void } = { result: 7 };
    queueMicrotask(() => request.onsuccess?.());
    return request;
  };
  const use = ((_mode, callback) => callback({ transaction, add } as never)) as UseStore;
  const store = createOutboxStore({ store: () => use }, clock);
  return { clock, store, transaction, added };
}

describe("an outbox store whose database fails", () => {
  it("@G16 stores an entry no earlier than its transaction has been committed", async () => {
    const { store, transaction } = setUp();
    let position: number | undefined;
    const appending = store.append(newEntry()).then((stored) => (position = stored));
    await task();
    expect(position).toBeUndefined();
    transaction.oncomplete?.();
    expect(await appending).toBe(7);
  });

  it("@G16 rejects when the quota is exceeded, and says so in its status", async () => {
    const { store, transaction } = setUp();
    const appending = store.append(newEntry());
    await task();
    transaction.error = new DOMException("full", "QuotaExceededError");
    transaction.onabort?.();
    await expect(appending).rejects.toMatchObject({ name: "QuotaExceededError" });
    expect(store.status).toEqual({ kind: "memory", reason: "QuotaExceededError: full" });
  });

  it("@G15 @G16 aborts a transaction that takes too long: a refused entry must not be sent later", async () => {
    let aborted = 0;
    const { clock, store, transaction } = setUp({ abort: () => void (aborted += 1) });
    const appending = store.append(newEntry());
    await task();
    clock.advance(2_000);
    await expect(appending).rejects.toThrow("within 2000 ms");
    expect([aborted, store.status]).toMatchObject([1, { kind: "memory" }]);
    transaction.onabort?.();
    await task();
  });

  it("@G16 stores an entry whose transaction has been committed just in time", async () => {
    const { clock, store, transaction } = setUp({
      abort: () => {
        throw new DOMException("finished", "InvalidStateError");
      },
    });
    const appending = store.append(newEntry());
    await task();
    clock.advance(2_000);
    transaction.oncomplete?.();
    expect(await appending).toBe(7);
  });

  it("@G16 adds nothing when the database opens after the operation was given up", async () => {
    const clock = new FakeClock();
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let begun = 0;
    const use: UseStore = async (_mode, callback) => {
      await opened;
      return callback({
        get transaction() {
          begun += 1;
          return {};
        },
      } as never);
    };
    const store = createOutboxStore({ store: () => use }, clock);
    const appending = store.append(newEntry());
    await task();
    clock.advance(2_000);
    await expect(appending).rejects.toThrow("within 2000 ms");
    open();
    await task();
    expect(begun).toBe(0);
  });

  it("@G15 rejects, and does not throw, where there is no IndexedDB", async () => {
    const use: UseStore = () => {
      throw new ReferenceError("indexedDB is not defined");
    };
    const store = createOutboxStore({ store: () => use }, new FakeClock());
    await expect(store.list("joe")).rejects.toThrow("not defined");
    expect(store.status).toMatchObject({ kind: "memory" });
  });
});

/** A database with entries in memory, which fails when the test wants it. */
function startWith(...stored: readonly NewEntry[]) {
  const clock = new FakeClock();
  const entries = new Map<number, NewEntry>(stored.map((entry, index) => [index + 1, entry]));
  let isBroken = false;
  let reads = 0;
  const use = (async (_mode, callback) => {
    await task();
    if (isBroken) throw new Error("broken");
    const transaction: FakeTransaction = {};
    const answer = (result: unknown) => {
      const request: { result: unknown; onsuccess?: () => void } = { result };
      queueMicrotask(() => request.onsuccess?.());
      return request;
    };
    nextTask(() => transaction.oncomplete?.());
    return await callback({
      transaction,
      add: (entry: NewEntry) => answer(entries.set(entries.size + 1, entry).size),
      delete: (position: number) => entries.delete(position),
      index: () => ({
        getAll: (owner: string) => {
          reads += 1;
          return answer(
            [...entries].flatMap(([position, entry]) =>
              entry.owner === owner ? { ...entry, position } : [],
            ),
          );
        },
      }),
    } as never);
  }) as UseStore;
  const store = createOutboxStore({ store: () => use }, clock);
  const keys = (): string[] => [...entries.values()].map(({ key }) => key);
  const setBroken = (is: boolean): void => void (isBroken = is);
  const wait = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await task();
  };
  let isRemoved = false;
  /** Removes all but the entry "kept". */
  const clear = (): Promise<void> =>
    store.clear("joe", {
      after: Promise.resolve(),
      isMeant: (entry) => (entry as NewEntry).key !== "kept",
      removed: () => (isRemoved = true),
    });
  return { clock, store, keys, setBroken, wait, clear, isRemoved: () => isRemoved, reads: () => reads };
}

describe("what an outbox store could not remove", () => {
  const [one, two] = [newEntry({ key: "1" }), newEntry({ key: "2" })];

  it("@G16 is removed as soon as another operation succeeds, of any owner", async () => {
    const { clock, store, keys, setBroken, wait, clear, isRemoved } = startWith(one, two);
    setBroken(true);
    await clear();
    expect([keys(), isRemoved(), store.status.kind]).toEqual([["1", "2"], false, "memory"]);
    setBroken(false);
    await store.append(newEntry({ key: "kept", owner: "sue" }));
    await wait();
    expect([keys(), isRemoved(), store.status.kind, clock.pending]).toEqual([["kept"], true, "indexeddb", 0]);
  });

  it("@G16 is tried again every 30 s, and spares what is not meant", async () => {
    const { clock, keys, setBroken, wait, clear, isRemoved } = startWith(one, newEntry({ key: "kept" }));
    setBroken(true);
    await clear();
    clock.advance(30_000);
    await wait();
    expect([keys(), isRemoved()]).toEqual([["1", "kept"], false]);
    setBroken(false);
    clock.advance(30_000);
    await wait();
    expect([keys(), isRemoved(), clock.pending]).toEqual([["kept"], true, 0]);
  });

  it("@G16 is not listed before it is removed", async () => {
    const { store, setBroken, clear } = startWith(one);
    setBroken(true);
    await clear();
    await expect(store.list("joe")).rejects.toThrow("broken");
    setBroken(false);
    expect(await store.list("joe")).toEqual([]);
  });

  it("@G16 is removed once, whoever asks meanwhile", async () => {
    const { store, setBroken, clear, wait, reads } = startWith(one);
    setBroken(true);
    await clear();
    setBroken(false);
    await Promise.all([store.list("joe"), store.list("joe")]);
    await wait();
    expect([reads(), store.status.kind]).toEqual([3, "indexeddb"]);
  });

  it("@G16 is not listed while it is being removed", async () => {
    const { store, clear } = startWith(one);
    const clearing = clear();
    expect(await store.list("joe")).toEqual([]);
    await clearing;
  });
});
