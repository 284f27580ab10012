import { defineWork } from "./work.mjs";

export const crossbarTabs = defineWork({
  name: "crossbar-25",
  title: "Crossbar.io, 25 tabs: events to all",
  candidates: ["wamp-mux", "autobahn"],
  sizes: { full: { tabs: 25, events: 2000 }, quick: { tabs: 25, events: 50 } },
  router: "crossbar",
  async measure(lab, { tabs, events }) {
    const pages = await lab.open(tabs);
    for (const page of pages) await page.call("collect", { topic: lab.topic, count: events });
    return lab.metered(pages, async () => {
      const collected = Promise.all(pages.map((page) => page.call("collected")));
      const start = await lab.site.process.call("publish", {
        topic: lab.topic,
        kind: "small",
        count: events,
      });
      const last = Math.max(...(await collected).map(({ at }) => at));
      return { seconds: (last - start) / 1000 };
    });
  },
});
