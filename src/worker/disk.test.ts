import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { nextTask } from "../web/next-task.js";
import { createDisk } from "./disk.js";

const task = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

/** A disk whose operations hang until the test settles them. */
function setUp() {
  const clock = new FakeClock();
  const disk = createDisk(clock);
  const hanging: { readonly resolve: () => void; readonly reject: (cause: Error) => void }[] = [];
  const hang = () => new Promise<void>((resolve, reject) => hanging.push({ resolve, reject }));
  /** Begins an operation that is tried again until it succeeds. */
  const begin = (key: string, operation: () => Promise<void>): Promise<void> => {
    const attempt = (): Promise<void> => disk.run(operation);
    return attempt().catch(() => disk.retryLater(key, attempt));
  };
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 1_000) {
      await task();
      clock.advance(1_000);
    }
    await task();
  };
  return { clock, disk, hanging, hang, begin, pass };
}

describe("a disk", () => {
  it("@G15 leaves no more than one operation that hangs and one that has tried again, however long that lasts", async () => {
    const { disk, hanging, hang, begin, pass } = setUp();
    void begin("one", hang);
    await pass(2_000);
    for (const key of ["two", "three"]) void begin(key, hang);
    await pass(500_000);
    expect([hanging.length, disk.status]).toEqual([
      // Two others had begun before the second one was found to hang.
      3,
      { kind: "memory", reason: "TimeoutError: IndexedDB did not answer within 2000 ms" },
    ]);
  });

  it("@G15 leaves no more than two operations that hang if there is only one task", async () => {
    const { hanging, hang, begin, pass } = setUp();
    void begin("one", hang);
    await pass(500_000);
    expect(hanging).toHaveLength(2);
  });

  it("@G15 is tried again ten minutes after the last operation that hung, since another one may work", async () => {
    const { disk, hang, begin, pass } = setUp();
    let works: () => Promise<void> = hang;
    void begin("one", () => works());
    await pass(500_000);
    works = () => Promise.resolve();
    expect(disk.status.kind).toBe("memory");
    await pass(200_000);
    expect(disk.status).toEqual({ kind: "indexeddb" });
  });

  it("@G15 is tried again when an operation that hung has settled", async () => {
    const { clock, disk, hanging, hang, begin, pass } = setUp();
    let works: () => Promise<void> = hang;
    void begin("one", () => works());
    await pass(100_000);
    works = () => Promise.resolve();
    hanging[0]?.reject(new Error("broken"));
    expect(disk.status.kind).toBe("memory");
    await pass(30_000);
    expect([disk.status, clock.pending]).toEqual([{ kind: "indexeddb" }, 0]);
  });

  it("@G15 tries all tasks again, whichever of them fail", async () => {
    const { clock, disk, begin, pass } = setUp();
    const done: string[] = [];
    let isBroken = true;
    const write = (key: string) => () => {
      if (isBroken || key === "bad") return Promise.reject(new Error("broken"));
      done.push(key);
      return Promise.resolve();
    };
    for (const key of ["bad", "a", "b"]) await begin(key, write(key));
    isBroken = false;
    await pass(30_000);
    expect([done, disk.status.kind, clock.pending]).toEqual([["a", "b"], "memory", 1]);
  });

  it("@G15 tries a later task again also if an earlier one with its key succeeds meanwhile", async () => {
    const { hanging, hang, begin, pass } = setUp();
    const fail = (): Promise<void> => Promise.reject(new Error("broken"));
    let works = fail;
    await begin("one", () => works());
    works = hang;
    await pass(30_000);
    let tries = 0;
    await begin("one", () => {
      tries += 1;
      return fail();
    });
    hanging[0]?.resolve();
    await pass(31_000);
    expect(tries).toBeGreaterThan(1);
  });

  it("@G15 tells of each change from working to failing and back, and of nothing else", async () => {
    const { disk } = setUp();
    const told: string[] = [];
    disk.watch(() => told.push(disk.status.kind));
    const run = (isBroken: boolean): Promise<void> =>
      disk
        .run(() => (isBroken ? Promise.reject(new Error("broken")) : Promise.resolve()))
        .catch(() => undefined);
    for (const isBroken of [false, true, true, false, false, true]) await run(isBroken);
    expect(told).toEqual(["memory", "indexeddb", "memory"]);
  });
});
