import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { World } from "../../testing/harness.js";
import { keysIn, publishDurably } from "../../testing/durable.js";
import { limitOf, runs } from "../../testing/property-runs.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import type { FakeEnvironment } from "../../testing/fake-environment.js";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { sessionConfig } from "../../testing/session-config.js";

type Step =
  | { readonly do: "publish" | "kill tab" | "crash" | "drop" | "welcome as another" | "welcome as before" }
  | { readonly do: "store"; readonly works: "always" | "never" | "slowly" }
  | { readonly do: "deliver"; readonly count: number }
  | { readonly do: "microtasks"; readonly count: number }
  | { readonly do: "router"; readonly up: boolean }
  | { readonly do: "wait"; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Step>({ do: "publish" }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("kill tab", "crash", "drop", "welcome as another", "welcome as before"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("store"), works: fc.constantFrom("always", "never", "slowly") }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("deliver"), count: fc.nat(4) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("microtasks"), count: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("router"), up: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(10, 600, 5_000) }),
  },
);

/** Publications of one principal through workers that crash, stores that fail, and a router that comes and goes. */
class Model {
  /** The keys in the order in which the router first got them, and with whom. */
  readonly got: string[] = [];
  readonly gotAs = new Map<string, Set<unknown>>();
  readonly accepted = new Set<string>();
  readonly wrongs: string[] = [];
  readonly #asked = new Map<string, Asked>();
  /** The keys whose removal the store has confirmed. */
  readonly #settled = new Set<string>();
  #authid = "joe";
  #works = "always";
  #fake: FakeEnvironment = createFakeEnvironment();
  #world: World = this.#start();
  #tab: FakeTab = this.#world.join();
  #last = 0;

  #start(): World {
    const world = new World(this.#fake, sessionConfig({ linger: 0 }));
    const { router } = world;
    router.hold("PUBLISHED");
    router.details = { ...router.details, authid: this.#authid, authmethod: "ticket" };
    router.override = (message) => {
      if (world !== this.#world) return true;
      for (const key of keysIn([message])) this.#received(key);
      return false;
    };
    return world;
  }

  #received(key: string): void {
    if (this.#settled.has(key)) this.wrongs.push(`${key} was sent again after it was settled`);
    const ids = this.gotAs.get(key) ?? new Set();
    this.gotAs.set(key, ids.add(this.#world.router.details["authid"]));
    if (!this.got.includes(key)) this.got.push(key);
  }

  async take(step: Step): Promise<void> {
    const { router } = this.#world;
    switch (step.do) {
      case "publish": {
        const key = String((this.#last += 1)).padStart(3, "0");
        this.#asked.set(key, publishDurably(this.#tab, key, { timeout: 0 }));
        break;
      }
      case "kill tab":
        this.#world.kill(this.#tab);
        this.#tab = this.#world.join();
        break;
      case "crash":
        this.#crash();
        break;
      case "drop":
        if (router.connections > 0) router.drop();
        break;
      case "welcome as another":
      case "welcome as before":
        this.#authid = step.do === "welcome as another" ? "sue" : "joe";
        router.details = { ...router.details, authid: this.#authid };
        if (router.connections > 0) router.drop();
        break;
      case "store":
        this.#useStore(step.works);
        break;
      case "deliver":
        for (let delivered = 0; delivered < step.count; delivered += 1) {
          const next = router.held.shift();
          if (next !== undefined) router.deliver(next);
        }
        break;
      case "microtasks":
        for (let turn = 0; turn < step.count; turn += 1) await Promise.resolve();
        break;
      case "router":
        router.up = step.up;
        break;
      case "wait":
        await this.#world.advance(step.milliseconds);
    }
    this.#observe();
  }

  /** The worker dies at once, in the middle of whatever it does; another one starts with what is stored. */
  #crash(): void {
    this.#observe();
    const stored = [...this.#fake.outbox.entries];
    const { store } = this.#fake;
    // The dead worker has no effect any more, and has promised nothing that it has not accepted.
    for (const key of this.#asked.keys()) if (!this.accepted.has(key)) this.#asked.delete(key);
    this.#fake.outbox.before = () => new Promise(() => undefined);
    if (this.#world.router.connections > 0) this.#world.router.drop();
    this.#world.router.up = false;
    this.#fake = createFakeEnvironment();
    for (const [position, entry] of stored) this.#fake.outbox.restore(position, entry);
    for (const [key, value] of store.entries) this.#fake.store.entries.set(key, value);
    this.#world = this.#start();
    this.#tab = this.#world.join();
    this.#useStore(this.#works);
  }

  #useStore(works: string): void {
    this.#works = works;
    const { outbox, clock } = this.#fake;
    outbox.before = () => {
      if (works === "never") return Promise.reject(new Error("broken"));
      return works === "slowly" ? new Promise((resolve) => clock.after(500, resolve)) : Promise.resolve();
    };
  }

  #observe(): void {
    const stored = new Set([...this.#fake.outbox.entries.values()].map(({ key }) => key));
    for (const [key, { outcome }] of this.#asked) {
      const isAccepted = outcome?.kind === "published";
      if (isAccepted && !this.accepted.has(key) && !stored.has(key) && !this.got.includes(key))
        this.wrongs.push(`${key} was accepted and is not stored`);
      if (isAccepted) this.accepted.add(key);
      if (this.accepted.has(key) && !stored.has(key)) this.#settled.add(key);
    }
  }

  /** Lets everything work, long enough. */
  async end(): Promise<void> {
    this.#useStore("always");
    const { router } = this.#world;
    router.up = true;
    router.release();
    this.#authid = "joe";
    for (const authid of ["sue", "joe"]) {
      router.details = { ...router.details, authid };
      if (router.connections > 0) router.drop();
      await this.#world.advance(120_000);
    }
    this.#observe();
    for (const key of this.accepted) if (!this.got.includes(key)) this.wrongs.push(`${key} was never sent`);
    for (const [key, ids] of this.gotAs)
      if (ids.size > 1) this.wrongs.push(`${key} was sent as ${[...ids].join()}`);
    // Under one identity, the first deliveries are in the order of acceptance.
    for (const authid of ["joe", "sue"]) {
      const own = this.got.filter((key) => this.gotAs.get(key)?.has(authid) === true);
      if (own.join() !== own.toSorted().join()) this.wrongs.push(`order: ${own.join()}`);
    }
    this.wrongs.push(...(await this.#world.leftovers()));
  }
}

describe("the outbox under crashes, losses and stores that fail", () => {
  it(
    "@G16 delivers what was accepted at least once, in order, as one identity, and nothing that was settled again",
    async () => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: "max" }), async (steps) => {
          const model = new Model();
          for (const one of steps) await model.take(one);
          await model.end();
          accepted += model.accepted.size;
          expect(model.wrongs).toEqual([]);
        }),
        runs(500),
      );
      expect(accepted).toBeGreaterThan(500);
    },
    limitOf(60_000),
  );
});
