import type { UseStore } from "idb-keyval";
import { describe, expect, it } from "vitest";
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
