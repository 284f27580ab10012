// Events and publications while there are more and more subscriptions, patterns and handlers.
import { BATCH, OTHER, TOPIC, times } from "./repeat.mjs";
import { HubWorld, publish, subscribe } from "./world.mjs";

/** @typedef {import("./works.mjs").HubWork} HubWork */
/** @typedef {import("./sources.mjs").Sources} Sources */

const topicCounts = [10, 1_000, 10_000];
const patternCounts = [10, 100, 1_000];
const handlerCounts = [10, 100, 1_000];

/**
 * Subscribes a tab to topics or patterns of its own, and a sibling to one that no work uses.
 *
 * @param {Sources} sources
 * @param {number} size
 * @param {(index: number) => ReturnType<typeof subscribe>} nth
 */
async function withSubscriptions(sources, size, nth) {
  const { world, tabs, first } = await HubWorld.start(sources, 2);
  const sibling = /** @type {import("./world.mjs").BenchTab} */ (tabs[1]);
  sibling.post([subscribe(1, OTHER)]);
  first.post(Array.from({ length: size }, (_, index) => nth(index + 1)));
  await world.settle();
  return { world, first, sibling };
}

/** @param {number} index */
const exact = (index) => subscribe(index, `com.example.n${index}`);
/** @param {number} index */
const prefix = (index) => subscribe(index, `com.example.n${index}.`, "prefix");
/** @param {number} index */
const wildcard = (index) => subscribe(index, `com.example..n${index}`, "wildcard");

/**
 * Publishes to a topic to which no tab is subscribed.
 *
 * @param {(index: number) => ReturnType<typeof subscribe>} nth
 * @returns {HubWork["prepare"]}
 */
const publishing = (nth) => async (sources, size) => {
  const { world, sibling } = await withSubscriptions(sources, size, nth);
  const batch = Array.from({ length: BATCH / 2 }, (_, index) => publish(`com.example.t${index % 10}.x`));
  return {
    count: BATCH,
    async run() {
      sibling.post(batch);
      sibling.post(batch);
      await world.settle();
    },
  };
};

/** @type {readonly HubWork[]} */
export const subscriptionWorks = [
  {
    operation: "event",
    table: "exact subscriptions",
    sizes: topicCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world } = await withSubscriptions(sources, size, exact);
      return {
        count: BATCH,
        async run() {
          times(BATCH, (index) => world.event(`com.example.n${(index % size) + 1}`));
          await world.settle();
        },
      };
    },
  },
  {
    operation: "publish",
    table: "exact subscriptions",
    sizes: topicCounts,
    growth: "flat",
    prepare: publishing(exact),
  },
  {
    operation: "publish",
    table: "prefix patterns",
    sizes: patternCounts,
    growth: "flat",
    prepare: publishing(prefix),
  },
  {
    operation: "publish",
    table: "wildcard patterns",
    sizes: patternCounts,
    growth: "flat",
    prepare: publishing(wildcard),
  },
  {
    operation: "subscribe a handler to one topic",
    table: "handlers of the tab",
    sizes: handlerCounts,
    growth: "flat",
    prepare(sources, size) {
      /** @type {Awaited<ReturnType<typeof HubWorld.start>> | undefined} */
      let fresh;
      const batch = Array.from({ length: size }, (_, index) => subscribe(index + 1, TOPIC));
      return Promise.resolve({
        count: size,
        async before() {
          fresh = await HubWorld.start(sources);
        },
        async run() {
          fresh?.first.post(batch);
          await fresh?.world.settle();
        },
      });
    },
  },
  {
    operation: "event for the handlers of one tab",
    table: "handlers of the tab",
    sizes: handlerCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, first } = await HubWorld.start(sources);
      first.post(Array.from({ length: size }, (_, index) => subscribe(index + 1, TOPIC)));
      await world.settle();
      return {
        count: BATCH,
        async run() {
          times(BATCH, () => world.event(TOPIC));
          await world.settle();
        },
      };
    },
  },
  {
    operation: "publish by the tab of the handlers",
    table: "handlers of the tab",
    sizes: handlerCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, first } = await HubWorld.start(sources);
      first.post(Array.from({ length: size }, (_, index) => subscribe(index + 1, TOPIC)));
      await world.settle();
      return {
        count: BATCH,
        async run() {
          first.post(Array.from({ length: BATCH }, () => publish(TOPIC)));
          await world.settle();
        },
      };
    },
  },
];
