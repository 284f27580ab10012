import fc from "fast-check";
import { expect, it } from "vitest";
import type { Asked } from "../../testing/asked.js";
import { Builds } from "../../testing/builds.js";
import type { Build } from "../../testing/builds.js";
import { publishDurably } from "../../testing/durable.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { limitOf, runs } from "../../testing/property-runs.js";

type Step = {
  readonly build: number;
  readonly do: "publish" | "leave" | "logout" | "kill" | "up" | "down" | "answer" | "settle" | "wait";
};

const steps = fc.array(
  fc.record<Step>({
    build: fc.nat(1),
    do: fc.constantFrom(
      "publish",
      "publish",
      "publish",
      "leave",
      "logout",
      "kill",
      "up",
      "down",
      "answer",
      "settle",
      "wait",
    ),
  }),
  { minLength: 1, maxLength: 30, size: "max" },
);

/** Two builds, of which each may end and begin again at any time. */
class Model {
  readonly builds = new Builds();
  readonly asked = new Map<string, Asked>();
  /** True if an answer may have been cut off. */
  isCutOff = false;
  /** Keys of what was asked before a logout, each with the number of requests that the router had got by then. */
  readonly wiped = new Map<string, number>();
  readonly #living: { build: Build; tab: FakeTab }[] = [this.#start(), this.#start()];

  #start() {
    const build = this.builds.start();
    build.world.router.up = false;
    build.world.router.hold("PUBLISHED");
    return { build, tab: build.world.join() };
  }

  async take(step: Step): Promise<void> {
    const one = this.#living[step.build];
    if (one === undefined) throw new Error("There are two builds");
    const { world } = one.build;
    const { router } = world;
    switch (step.do) {
      case "publish": {
        const key = String(this.asked.size);
        this.asked.set(key, publishDurably(one.tab, key));
        break;
      }
      case "leave":
        await world.settle();
        if (router.held.length > 0) this.isCutOff = true;
        await world.leave(one.tab);
        this.#living[step.build] = this.#start();
        break;
      case "logout":
        await this.#logOut(one.tab);
        break;
      case "kill":
        this.isCutOff = true;
        one.build.kill();
        this.#living[step.build] = this.#start();
        break;
      case "up":
      case "down":
        router.up = step.do === "up";
        if (router.up || router.connections === 0) break;
        this.isCutOff = true;
        router.drop();
        break;
      case "answer": {
        const next = router.held.shift();
        if (next !== undefined) router.deliver(next);
        break;
      }
      case "settle":
        return await world.settle();
      case "wait":
        await world.advance(1_000);
    }
  }

  /** Logs out in one build; the other one hears of it when it gets round to it. */
  async #logOut(tab: FakeTab): Promise<void> {
    tab.make((request) => ({ kind: "logout", request }));
    for (let round = 0; round < 3; round += 1)
      for (const { build } of this.#living) await build.world.advance(3_000);
    const { got, store, resume } = this.builds;
    expect([[...store.entries.values()], resume.entries.size]).toEqual([[], 0]);
    for (const key of this.asked.keys()) if (!this.wiped.has(key)) this.wiped.set(key, got.length);
    for (const index of this.#living.keys()) this.#living[index] = this.#start();
  }

  async end(): Promise<void> {
    for (let round = 0; round < 3; round += 1)
      for (const { build } of this.#living) {
        build.world.router.up = true;
        build.world.router.release();
        await build.world.advance(120_000);
      }
  }
}

it(
  "@G16 two builds deliver what either has accepted, and nothing twice unless an answer was cut off, and nothing that a logout has wiped",
  async () => {
    let delivered = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const model = new Model();
        for (const step of taken) await model.take(step);
        await model.end();
        const { got, store, locks } = model.builds;
        for (const [key, { outcome }] of model.asked)
          if (outcome?.kind === "published" && !model.wiped.has(key)) expect(got).toContain(key);
        for (const [key, count] of model.wiped) expect(got.slice(count)).not.toContain(key);
        if (!model.isCutOff) expect(got).toHaveLength(new Set(got).size);
        expect([...store.entries.values()]).toEqual([]);
        expect(locks.held.length).toBeLessThanOrEqual(model.asked.size + 2);
        delivered += got.length;
      }),
      runs(200),
    );
    expect(delivered).toBeGreaterThan(200);
  },
  limitOf(60_000),
);
