import { defineWork } from "./work.mjs";

/**
 * Finds the one page that is visible. The others must be hidden indeed, as the tabs of a window are behind the active one; otherwise the
 * measurement would be one of visible tabs.
 *
 * @param {readonly import("../lab.mjs").Target[]} pages
 */
async function visibleAmong(pages) {
  const states = await Promise.all(pages.map((page) => page.call("visibility")));
  const [visible, ...others] = pages.filter((_, index) => states[index] === "visible");
  if (
    visible === undefined ||
    others.length > 0 ||
    !states.every((state) => /^(visible|hidden)$/.test(state))
  )
    throw new Error(`one page must be visible and all others hidden, but they are ${states.join(", ")}`);
  return visible;
}

export const steady = defineWork({
  name: "steady",
  title: "10 tabs, 9 of them hidden: events at a steady pace",
  candidates: ["wamp-mux", "autobahn"],
  profiled: true,
  sizes: {
    full: { tabs: 10, perSecond: 200, seconds: 20, warmUp: 2 },
    quick: { tabs: 4, perSecond: 200, seconds: 2, warmUp: 0.5 },
  },
  async measure(lab, { tabs, perSecond, seconds, warmUp }) {
    const pages = await lab.open(tabs);
    const visible = await visibleAmong(pages);
    /** @param {{ topic: string, seconds: number }} options */
    const prepare = async ({ topic, seconds }) => {
      const count = Math.round(perSecond * seconds);
      for (const page of pages) await page.call("collectDelays", { topic, count });
      return async () => {
        const delays = Promise.all(pages.map((page) => page.call("delays")));
        await lab.site.process.call("publishSteadily", { topic, perSecond, count });
        const all = /** @type {import("../pages/page.js").Delays[]} */ (await delays);
        if (!all.every(({ complete }) => complete))
          throw new Error("events were lost, repeated or out of order");
        return { delay: all[pages.indexOf(visible)]?.median ?? NaN };
      };
    };
    const warmUpRun = await prepare({ topic: `${lab.topic}.warm`, seconds: warmUp });
    await warmUpRun();
    const metrics = await lab.metered(pages, await prepare({ topic: lab.topic, seconds }));
    // Still so at the end.
    if ((await visibleAmong(pages)) !== visible) throw new Error("another page has become visible");
    return metrics;
  },
});
