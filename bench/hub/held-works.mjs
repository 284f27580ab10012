// Events that are held until PUBLISHED tells whether they are the tab's own.
import { OTHER, TOPIC, times } from "./repeat.mjs";
import { HubWorld, publish, subscribe, unsubscribe } from "./world.mjs";

/** @typedef {import("./works.mjs").HubWork} HubWork */
/** @typedef {import("./sources.mjs").Sources} Sources */

/**
 * A tab holds `size` events of others behind 50 publications of its own that have not been answered.
 *
 * @param {Sources} sources
 * @param {number} size
 * @param {readonly ReturnType<typeof subscribe>[]} more subscriptions of the tab
 */
async function withHeldEvents(sources, size, more = []) {
  const { world, tabs, first } = await HubWorld.start(sources, 2);
  for (const tab of tabs) tab.post([subscribe(1, TOPIC)]);
  first.post(more);
  await world.settle();
  const hold = async () => {
    world.withheld = [];
    first.post(Array.from({ length: 50 }, () => publish(TOPIC)));
    await world.settle();
    times(size, () => world.event(TOPIC));
    await world.settle();
  };
  return { world, first, hold };
}

const heldCounts = [100, 1_000, 10_000];

/** @type {readonly HubWork[]} */
export const heldWorks = [
  {
    operation: "hold an event and deliver it later",
    table: "held events",
    sizes: heldCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, hold } = await withHeldEvents(sources, size);
      return {
        count: size,
        async run() {
          await hold();
          world.published();
          await world.settle();
        },
      };
    },
  },
  {
    operation: "PUBLISHED",
    table: "held events",
    sizes: heldCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, hold } = await withHeldEvents(sources, size);
      return {
        count: 40,
        async before() {
          world.published();
          await world.settle();
          await hold();
        },
        async run() {
          world.published(40);
          await world.settle();
        },
      };
    },
  },
  {
    operation: "unsubscribe",
    table: "held events",
    sizes: heldCounts,
    growth: "flat",
    async prepare(sources, size) {
      const handlers = Array.from({ length: 50 }, (_, index) => subscribe(index + 2, OTHER));
      const { world, first, hold } = await withHeldEvents(sources, size, handlers);
      return {
        count: handlers.length,
        async before() {
          world.published();
          first.post(handlers);
          await world.settle();
          await hold();
        },
        async run() {
          first.post(handlers.map(({ subscription }) => unsubscribe(subscription)));
          await world.settle();
        },
      };
    },
  },
];
