import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import type { ResumeStore } from "../hub/environment.js";
import { nextTask } from "../web/next-task.js";
import { openDatabase } from "../web/database.js";
import { createResumeStore, resumeValues, upgrades } from "./resume-store.js";

/** A request to open a database, which the test settles. */
interface FakeRequest {
  result?: { readonly close: () => void };
  onsuccess?: () => void;
  onerror?: () => void;
}

const task = (): Promise<void> => new Promise((resolve) => nextTask(resolve));
let requests: FakeRequest[];

beforeEach(() => {
  requests = [];
  vi.stubGlobal("indexedDB", {
    open: () => {
      const request: FakeRequest = {};
      requests.push(request);
      return request;
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a database that does not open", () => {
  async function readInVain(store: ResumeStore, clock: FakeClock): Promise<void> {
    const reading = store.read("key");
    await task();
    clock.advance(2_000);
    expect(await reading).toBeUndefined();
  }

  it("@G15 is opened again by the next operation, once the first attempt has taken too long", async () => {
    const clock = new FakeClock();
    const store = createResumeStore(resumeValues(openDatabase("x", clock, upgrades)), clock);
    await readInVain(store, clock);
    await readInVain(store, clock);
    expect([requests.length, clock.pending]).toEqual([2, 0]);
  });

  it("@G15 leaves no more than two attempts that hang, and is tried again when one of them has settled", async () => {
    const clock = new FakeClock();
    const store = createResumeStore(resumeValues(openDatabase("x", clock, upgrades)), clock);
    for (let time = 0; time < 5; time += 1) await readInVain(store, clock);
    expect(requests).toHaveLength(2);
    requests[0]?.onerror?.();
    await task();
    await readInVain(store, clock);
    expect(requests).toHaveLength(3);
  });

  it("closes the connection of an attempt that has been given up, which would block an upgrade", async () => {
    const clock = new FakeClock();
    const store = createResumeStore(resumeValues(openDatabase("x", clock, upgrades)), clock);
    await readInVain(store, clock);
    const close = vi.fn();
    const [request] = requests;
    Object.assign(request ?? {}, { result: { close } });
    request?.onsuccess?.();
    await task();
    expect(close).toHaveBeenCalledOnce();
  });
});
