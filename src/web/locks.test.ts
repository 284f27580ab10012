import { describe, expect, it } from "vitest";
import { webLocks } from "./locks.js";

/** A lock manager that grants each exclusive lock, keeps watchers waiting, and takes back everything when the test says so. */
class TakingManager implements LockManager {
  readonly #taking: ((error: unknown) => void)[] = [];

  request<T>(
    _name: string,
    ...more: [LockGrantedCallback<T>] | [LockOptions, LockGrantedCallback<T>]
  ): Promise<Awaited<T>> {
    const taken = new Promise<never>((_never, reject) => this.#taking.push(reject));
    if (more.length === 2) return taken;
    return Promise.race([Promise.resolve(more[0](null)), taken]);
  }

  query(): Promise<LockManagerSnapshot> {
    return Promise.resolve({});
  }

  takeBack(): void {
    for (const reject of this.#taking.splice(0)) reject(new DOMException("taken", "AbortError"));
  }
}

describe("locks of a page that WebKit has kept in its back/forward cache", () => {
  it("@G17 a holder is told that its lock has been taken, with the browser's error", async () => {
    const manager = new TakingManager();
    const lost = new Promise((resolve) => void webLocks(manager).hold("a", resolve));
    // The lock has been granted when the next task begins.
    await new Promise((resolve) => setTimeout(resolve));
    manager.takeBack();
    expect(await lost).toMatchObject({ name: "AbortError" });
  });

  it("@G17 a holder that has released its lock is told nothing", async () => {
    const manager = new TakingManager();
    const told: unknown[] = [];
    const release = await webLocks(manager).hold("a", (error) => told.push(error));
    release();
    await new Promise((resolve) => setTimeout(resolve));
    manager.takeBack();
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toEqual([]);
  });

  it("@G17 a watcher is told that it does not wait any longer, with the browser's error", async () => {
    const manager = new TakingManager();
    const gone = new Promise((resolve) => webLocks(manager).watch("a", resolve));
    manager.takeBack();
    expect(await gone).toMatchObject({ name: "AbortError" });
  });

  it("@G17 a watcher that has stopped is told nothing", async () => {
    const manager = new TakingManager();
    const told: unknown[] = [];
    const stop = webLocks(manager).watch("a", (error) => told.push(error));
    stop();
    manager.takeBack();
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toEqual([]);
  });
});
