import { defineWork, everyone } from "./work.mjs";

/**
 * @typedef {import("./work.mjs").Lab} Lab
 * @typedef {import("../router/events.mjs").Kind} Kind
 *
 * @typedef {object} Burst
 * @property {number} tabs
 * @property {number} events
 * @property {number} warmUp events of a burst that is not measured
 * @property {Kind} kind
 * @property {"json" | "msgpack"} [serializer]
 */

/**
 * Makes every tab subscribe and the router hold the events.
 *
 * @param {Lab} lab
 * @param {readonly import("../lab.mjs").Target[]} pages
 * @param {{ topic: string, events: number, kind: Kind }} options
 * @returns {Promise<() => Promise<import("./work.mjs").Metrics>>} releases the events; each tab must get each of them once and in order
 */
async function prepare(lab, pages, { topic, events, kind }) {
  for (const page of pages) await page.call("collect", { topic, count: events });
  const { process } = lab.site;
  const receivers = lab.isOurs ? 1 : pages.length;
  await process.call("prepareBurst", { topic, kind, count: events, receivers });
  await process.call("resetCounts");
  return async () => {
    const collected = Promise.all(pages.map((page) => page.call("collected")));
    const start = await process.call("release");
    const tabs = /** @type {import("../pages/page.js").Collected[]} */ (await collected);
    if (!tabs.every((tab) => tab.complete)) throw new Error("events were lost, repeated or out of order");
    const seconds = (Math.max(...tabs.map(({ at }) => at)) - start) / 1000;
    const counts = await process.call("counts");
    return {
      seconds,
      deliveriesPerSecond: (events * pages.length) / seconds,
      // The session that publishes is not counted.
      connections: counts.open - 1,
      framesPerEvent: counts.sent.EVENT / events,
    };
  };
}

/**
 * @param {Lab} lab
 * @param {Burst} options
 */
async function measure(lab, { tabs, events, warmUp, kind, serializer }) {
  await lab.site.process.call("plainOnly", { on: lab.candidate === "plain" });
  const pages = await lab.open(tabs, serializer && { serializer });
  const warmUpRun = await prepare(lab, pages, { topic: `${lab.topic}.warm`, events: warmUp, kind });
  await warmUpRun();
  return lab.metered(pages, await prepare(lab, pages, { topic: lab.topic, events, kind }));
}

/**
 * @param {Burst} full
 * @param {Partial<Burst>} quick
 */
function sizes(full, quick) {
  return { full, quick: { ...full, ...quick } };
}

const besideAutobahn = /** @type {const} */ (["wamp-mux", "autobahn"]);

export const smallBurst = defineWork({
  name: "burst-small",
  title: "1 tab: burst of small events",
  candidates: ["wamp-mux", "autobahn", "raw"],
  sizes: sizes({ tabs: 1, events: 100_000, warmUp: 5000, kind: "small" }, { events: 1000, warmUp: 100 }),
  profiled: true,
  measure,
});

export const kibibyteBurst = defineWork({
  name: "burst-1k",
  title: "1 tab: burst of events of 1 KiB",
  candidates: besideAutobahn,
  sizes: sizes({ tabs: 1, events: 20_000, warmUp: 2000, kind: "1 KiB" }, { events: 500, warmUp: 50 }),
  measure,
});

export const binaryBurst = defineWork({
  name: "burst-64k-binary",
  title: "1 tab: binary events of 64 KiB, MessagePack on all sides",
  candidates: everyone,
  sizes: sizes(
    { tabs: 1, events: 2000, warmUp: 200, kind: "64 KiB binary", serializer: "msgpack" },
    { events: 50, warmUp: 10 },
  ),
  profiled: true,
  measure,
});

export const tenTabs = defineWork({
  name: "tabs-10",
  title: "10 tabs: burst of small events",
  candidates: besideAutobahn,
  sizes: sizes({ tabs: 10, events: 20_000, warmUp: 500, kind: "small" }, { events: 300, warmUp: 30 }),
  profiled: true,
  measure,
});

export const twentyFiveTabs = defineWork({
  name: "tabs-25",
  title: "25 tabs: burst of small events",
  candidates: besideAutobahn,
  sizes: sizes({ tabs: 25, events: 20_000, warmUp: 500, kind: "small" }, { events: 200, warmUp: 20 }),
  measure,
});

/** The router fills frames with events, or makes one of each. */
const besidePlain = /** @type {const} */ (["wamp-mux", "plain"]);

export const oneTabBatches = defineWork({
  name: "batches-1",
  title: "1 tab: burst of small events, in batches and in plain frames",
  group: "batches",
  candidates: besidePlain,
  sizes: sizes({ tabs: 1, events: 100_000, warmUp: 5000, kind: "small" }, { events: 1000, warmUp: 100 }),
  measure,
});

export const twentyFiveTabsBatches = defineWork({
  name: "batches-25",
  title: "25 tabs: burst of small events, in batches and in plain frames",
  group: "batches",
  candidates: besidePlain,
  sizes: sizes({ tabs: 25, events: 20_000, warmUp: 500, kind: "small" }, { events: 200, warmUp: 20 }),
  measure,
});
