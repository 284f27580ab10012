import { setTimeout as sleep } from "node:timers/promises";
import { proportionalSetSize } from "../machine.mjs";
import { median } from "../statistics.mjs";
import { defineWork } from "./work.mjs";

export const idleMemory = defineWork({
  name: "idle-memory-25",
  title: "25 idle tabs, joined and subscribed: memory above blank pages",
  candidates: ["blank", "relay", "wamp-mux", "autobahn", "wampy"],
  sizes: { full: { tabs: 25, settle: 3000 }, quick: { tabs: 10, settle: 500 } },
  freshBrowser: true,
  async measure(lab, { tabs, settle }) {
    const pages = await lab.open(tabs);
    if (lab.candidate !== "blank" && lab.candidate !== "relay")
      for (const page of pages) await page.call("subscribe", { topic: lab.topic });
    await sleep(settle);
    for (const page of pages) await page.collectGarbage();
    await (await lab.worker())?.collectGarbage();
    await sleep(settle);
    const processes = [...(await lab.chromium.cpu())];
    const renderers = processes.flatMap(([pid, { kind }]) => (kind === "renderer" ? pid : []));
    return {
      pss: proportionalSetSize(lab.chromium.processes()),
      // One of them also has the worker, and Chromium keeps one in reserve.
      page: median(renderers.map((pid) => proportionalSetSize([pid]))),
    };
  },
  derive(all) {
    for (const metrics of Object.values(all)) {
      if (all.blank === undefined) continue;
      metrics["aboveBlank"] = (metrics["pss"] ?? NaN) - (all.blank["pss"] ?? NaN);
      metrics["pageAboveBlank"] = (metrics["page"] ?? NaN) - (all.blank["page"] ?? NaN);
    }
  },
});
