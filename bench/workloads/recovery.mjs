// The time that the return from a fault takes.
import { ECHO } from "../router/echo.mjs";
import { nextMissedTopic } from "../router/missed.mjs";
import { defineWork } from "./work.mjs";

/**
 * @typedef {import("./work.mjs").Lab} Lab
 * @typedef {import("../lab.mjs").Target} Target
 * @typedef {import("../pages/page.js").Collected} Collected
 */

/** Milliseconds between attempts to reconnect. Chromium delays the next ones by seconds if many have failed, so they must not be many. */
const RETRY_DELAY = 50;
/** The group of these works for `--only`. */
const group = "recovery";

/**
 * Runs a measurement of pages that see the router through a proxy.
 *
 * @template Result
 * @param {Lab} lab
 * @param {number | undefined} latency in milliseconds, in each direction
 * @param {(url: string) => Promise<Result>} measure
 */
async function throughProxy(lab, latency, measure) {
  const url = await lab.site.process.call("openProxy", latency === undefined ? {} : { latency });
  try {
    return await measure(url);
  } finally {
    await lab.site.process.call("closeProxy");
  }
}

/**
 * Waits until the router has answered everything that the page has asked for so far.
 *
 * @param {Target} page
 */
async function settled(page) {
  await page.call("sequential", { procedure: ECHO, count: 1 });
}

export const restart = defineWork({
  name: "restart-10",
  title: "10 tabs: all get events again after the router was killed and started",
  group,
  // Wampy counts its request ids on in the new session; they must begin at 1 there, and the development router aborts the session.
  candidates: ["wamp-mux", "autobahn"],
  sizes: { full: { tabs: 10, down: 500 }, quick: { tabs: 3, down: 100 } },
  async measure(lab, { tabs, down }) {
    const { process } = lab.site;
    const { topic } = lab;
    const pages = await lab.open(tabs, { retryDelay: RETRY_DELAY });
    for (const page of pages) await page.call("collect", { topic, count: 1 });
    return lab.metered(pages, async () => {
      const collected = Promise.all(pages.map((page) => page.call("collected")));
      const start = await process.call("restart", { down });
      await process.call("startTicking", { topic });
      const ats = /** @type {Collected[]} */ (await collected).map(({ at }) => at);
      await process.call("stopTicking");
      return { milliseconds: Math.max(...ats) - start };
    });
  },
});

export const halfOpen = defineWork({
  name: "half-open",
  title: "1 tab: a half-open connection is found, with probes after 200 ms of silence",
  group,
  candidates: ["wamp-mux"],
  sizes: { full: { probeAfter: 200 }, quick: { probeAfter: 100 } },
  measure: (lab, { probeAfter }) =>
    throughProxy(lab, undefined, async (url) => {
      const { process } = lab.site;
      const { topic } = lab;
      const page = await lab.openOne({ url, probeAfter });
      await page.call("collect", { topic, count: 1 });
      await page.call("expectLoss");
      return lab.metered([page], async () => {
        const start = await process.call("swallow");
        await process.call("startTicking", { topic });
        const found = await page.call("lost");
        const { at } = /** @type {Collected} */ (await page.call("collected"));
        await process.call("stopTicking");
        return { found: found - start, milliseconds: at - found };
      });
    }),
});

export const catchUp = defineWork({
  name: "catch-up-1000",
  title: "1 tab: gets 1,000 missed events",
  group,
  candidates: ["wamp-mux"],
  sizes: { full: { events: 1000 }, quick: { events: 20 } },
  profiled: true,
  measure: (lab, { events }) =>
    throughProxy(lab, undefined, async (url) => {
      const { process } = lab.site;
      const topic = nextMissedTopic();
      const page = await lab.openOne({ url, retryDelay: RETRY_DELAY });
      await page.call("collect", { topic, count: events, catchUp: true });
      await settled(page);
      await process.call("cut");
      await process.call("publish", { topic, kind: "small", count: events });
      await page.call("expectLoss");
      return lab.metered([page], async () => {
        await process.call("mend");
        const back = await page.call("back");
        const { at, complete } = /** @type {Collected} */ (await page.call("collected"));
        if (!complete) throw new Error("events were lost, repeated or out of order");
        return { milliseconds: at - back, eventsPerSecond: (events * 1000) / (at - back) };
      });
    }),
});

/**
 * @param {Lab} lab
 * @param {{ entries: number, latency?: number }} options
 */
function drain(lab, { entries, latency }) {
  return throughProxy(lab, latency, async (url) => {
    const { process } = lab.site;
    const page = await lab.openOne({ url, retryDelay: RETRY_DELAY });
    await process.call("cut");
    await process.call("resetCounts");
    await page.call("store", { topic: lab.topic, count: entries });
    await page.call("expectLoss");
    return lab.metered([page], async () => {
      await process.call("mend");
      const back = await page.call("back");
      const at = await page.call("drained");
      const { received } = await process.call("counts");
      if (received.PUBLISH !== entries)
        throw new Error(`the router got ${received.PUBLISH} publications instead of ${entries}`);
      return { milliseconds: at - back, entriesPerSecond: (entries * 1000) / (at - back) };
    });
  });
}

export const outbox = defineWork({
  name: "outbox-1000",
  title: "1 tab: sends an outbox of 1,000 publications",
  group,
  candidates: ["wamp-mux"],
  sizes: { full: { entries: 1000 }, quick: { entries: 20 } },
  profiled: true,
  measure: drain,
});

export const distantOutbox = defineWork({
  name: "outbox-1000-far",
  title: "1 tab: sends an outbox of 1,000 publications to a router 50 ms away, there and back",
  group,
  candidates: ["wamp-mux"],
  sizes: { full: { entries: 1000, latency: 25 }, quick: { entries: 20, latency: 25 } },
  measure: drain,
});
