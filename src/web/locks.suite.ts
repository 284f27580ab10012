import { describe, expect, it } from "vitest";
import type { Locks } from "./locks.js";

/**
 * Runs the tests that every implementation of `Locks` has to pass. `make` is called once for each test.
 *
 * @param takeAway takes a lock from its holder
 */
export function locksSuite<L extends Locks>(
  name: string,
  make: () => L,
  takeAway: (lock: string, locks: L) => unknown,
): void {
  describe(`locks: ${name}`, () => {
    it("a holder is notified once when its lock is taken away, and not when it has released it", async () => {
      const locks = make();
      const [lock, released] = [uniqueName(), uniqueName()];
      const errors: unknown[] = [];
      const lost = new Promise<void>((resolve) => {
        void locks.hold(lock, (error) => {
          errors.push(error);
          resolve();
        });
      });
      const release = await locks.hold(released, (error) => errors.push(error));
      release();
      await takeAway(released, locks);
      await takeAway(lock, locks);
      await lost;
      await fence(locks);
      expect(errors).toMatchObject([{ name: "AbortError" }]);
    });

    it("a holder from whom the lock was taken does not release that of the next holder", async () => {
      const locks = make();
      const lock = uniqueName();
      let lose: () => void = () => undefined;
      const lost = new Promise<void>((resolve) => {
        lose = resolve;
      });
      const release = await locks.hold(lock, lose);
      await takeAway(lock, locks);
      await lost;
      const releaseSecond = await locks.hold(lock);
      release();
      const watcher = watch(locks, lock);
      await fence(locks);
      expect(watcher.told).toBe(0);
      releaseSecond();
      await watcher.released;
    });

    it("a watcher is notified when the holder releases the lock, and not before", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      const watcher = watch(locks, lock);
      await fence(locks);
      expect(watcher.told).toBe(0);
      release();
      await watcher.released;
      expect(watcher.told).toBe(1);
    });

    it("a watcher of a free lock is notified, but not before watch() has returned", async () => {
      const watcher = watch(make(), uniqueName());
      expect(watcher.told).toBe(0);
      await watcher.released;
      expect(watcher.told).toBe(1);
    });

    it("each of several watchers is notified once", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      const watchers = [watch(locks, lock), watch(locks, lock), watch(locks, lock)];
      release();
      await Promise.all(watchers.map(({ released }) => released));
      (await locks.hold(lock))();
      await fence(locks);
      expect(watchers.map(({ told }) => told)).toEqual([1, 1, 1]);
    });

    it("a watcher that has stopped is not notified, and does not affect the others", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      const stopped = watch(locks, lock);
      const other = watch(locks, lock);
      stopped.stop();
      release();
      await other.released;
      await fence(locks);
      expect(stopped.told).toBe(0);
    });

    it("a watcher that stops before it is notified of a free lock is not notified", async () => {
      const locks = make();
      const watcher = watch(locks, uniqueName());
      watcher.stop();
      await fence(locks);
      expect(watcher.told).toBe(0);
    });

    it("a watcher may stop after it has been notified", async () => {
      const watcher = watch(make(), uniqueName());
      await watcher.released;
      watcher.stop();
      watcher.stop();
      expect(watcher.told).toBe(1);
    });

    it("a second holder waits until the first one releases the lock", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      let held = false;
      const second = locks.hold(lock).then((releaseSecond) => {
        held = true;
        return releaseSecond;
      });
      await fence(locks);
      expect(held).toBe(false);
      release();
      (await second)();
    });

    it("a holder that releases its lock twice does not release that of the next holder", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      release();
      const releaseSecond = await locks.hold(lock);
      release();
      const watcher = watch(locks, lock);
      await fence(locks);
      expect(watcher.told).toBe(0);
      releaseSecond();
      await watcher.released;
    });

    it("a watcher does not keep the next holder from the lock", async () => {
      const locks = make();
      const lock = uniqueName();
      const release = await locks.hold(lock);
      const watcher = watch(locks, lock);
      const second = locks.hold(lock);
      release();
      await watcher.released;
      (await second)();
    });

    it("locks with different names are independent", async () => {
      const locks = make();
      const [lock, other] = [uniqueName(), uniqueName()];
      const release = await locks.hold(lock);
      const releaseOther = await locks.hold(other);
      const watcher = watch(locks, lock);
      releaseOther();
      await fence(locks);
      expect(watcher.told).toBe(0);
      release();
      await watcher.released;
    });
  });
}

interface Watcher {
  readonly told: number;
  /** Resolves when the watcher is told. */
  readonly released: Promise<void>;
  readonly stop: () => void;
}

function watch(locks: Locks, lock: string): Watcher {
  const watcher = { told: 0, released: Promise.resolve(), stop: (): void => undefined };
  watcher.released = new Promise((resolve) => {
    watcher.stop = locks.watch(lock, () => {
      watcher.told += 1;
      resolve();
    });
  });
  return watcher;
}

/**
 * Resolves when the requests made before have been handled as far as they can be. A browser handles them one after the other
 * (Web Locks API, "lock task queue"), so that a free lock that is requested last is granted last.
 */
async function fence(locks: Locks): Promise<void> {
  for (let rounds = 0; rounds < 2; rounds += 1) await watch(locks, uniqueName()).released;
}

let names = 0;

/** Returns a name that no other test, page or worker of the origin uses. */
function uniqueName(): string {
  names += 1;
  return `wamp-mux:contract:${Math.random()}:${names}`;
}
