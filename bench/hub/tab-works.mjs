// Events, calls and publications while more and more tabs share the session.
import { BATCH, TOPIC, times } from "./repeat.mjs";
import { HubWorld, call, publish, subscribe } from "./world.mjs";

/** @typedef {import("./works.mjs").HubWork} HubWork */

const tabCounts = [1, 10, 100];

/** @type {readonly HubWork[]} */
export const tabWorks = [
  {
    operation: "event for one tab",
    table: "tabs",
    sizes: tabCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, first } = await HubWorld.start(sources, size);
      first.post([subscribe(1, TOPIC)]);
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
    operation: "event for every tab",
    table: "tabs",
    sizes: tabCounts,
    growth: "linear",
    async prepare(sources, size) {
      const { world, tabs } = await HubWorld.start(sources, size);
      for (const tab of tabs) tab.post([subscribe(1, TOPIC)]);
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
    operation: "call and its result, one at a time",
    table: "tabs",
    sizes: tabCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, first } = await HubWorld.start(sources, size);
      return {
        count: BATCH,
        async run() {
          for (let index = 0; index < BATCH; index++) {
            first.post([call("com.example.procedure")]);
            await world.settle();
          }
        },
      };
    },
  },
  {
    operation: "publish, one at a time",
    table: "tabs",
    sizes: tabCounts,
    growth: "flat",
    async prepare(sources, size) {
      const { world, first } = await HubWorld.start(sources, size);
      return {
        count: BATCH,
        async run() {
          times(BATCH, () => first.post([publish(TOPIC)]));
          await world.settle();
        },
      };
    },
  },
];
