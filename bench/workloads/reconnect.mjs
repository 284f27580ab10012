import { median } from "../statistics.mjs";
import { defineWork, everyone } from "./work.mjs";

export const reconnect = defineWork({
  name: "reconnect-10",
  title: "10 tabs: all back on a session after the router dropped every connection",
  candidates: everyone,
  sizes: { full: { tabs: 10, rounds: 5 }, quick: { tabs: 10, rounds: 1 } },
  async measure(lab, { tabs, rounds }) {
    const pages = await lab.open(tabs);
    const { process } = lab.site;
    return lab.metered(pages, async () => {
      const times = [];
      for (let round = 0; round < rounds; round++) {
        for (const page of pages) await page.call("expectLoss");
        const back = Promise.all(pages.map((page) => page.call("back")));
        const start = await process.call("dropAll");
        times.push(Math.max(...(await back)) - start);
        await process.call("rejoin");
      }
      return { milliseconds: median(times) };
    });
  },
});
