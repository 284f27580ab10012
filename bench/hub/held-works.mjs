// Events that are held until PUBLISHED tells whether they are the tab's own.
import { OTHER, TOPIC, times } from "./repeat.mjs";
import { HubWorld, publish, subscribe, unsubscribe } from "./world.mjs";

/** @typedef {import("./works.mjs").HubWork} HubWork */
/** @typedef {import("./sources.mjs").Sources} Sources */

/**
 * Publications of the tab that are not answered. Each counts twice, because the tab gets its event too, and 48 messages may be on their
 * way once a router has answered some.
 */
const UNANSWERED = 20;

/**
 * A tab holds `size` events of others behind publications of its own that have not been answered.
 *
 * @param {Sources} sources
 * @param {number} size
 * @param {readonly ReturnType<typeof subscribe>[]} more subscriptions of the tab
 */
async function withHeldEvents(sources, size, more = []) {
  const { world, tabs, first } = await HubWorld.start(sources, 2);
  // With the subscription of another tab, no UNSUBSCRIBED overtakes what is withheld: the hub would take that for lost.
  for (const tab of tabs) tab.post([subscribe(1, TOPIC), ...(tab === first ? [] : [subscribe(2, OTHER)])]);
  first.post(more);
  const publishAll = () => first.post(Array.from({ length: UNANSWERED }, () => publish(TOPIC)));
  // The answers widen the hub's window.
  for (let round = 0; round < 3; round += 1) {
    publishAll();
    await world.settle();
  }
  const hold = async () => {
    world.withheld = [];
    publishAll();
    await world.settle();
    if (world.withheld.length !== UNANSWERED)
      throw new Error(`${world.withheld.length} publications are on their way`);
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
        count: UNANSWERED / 2,
        async before() {
          world.published();
          await world.settle();
          await hold();
        },
        async run() {
          world.published(UNANSWERED / 2);
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
