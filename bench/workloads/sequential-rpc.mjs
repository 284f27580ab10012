import { ECHO } from "../router/echo.mjs";
import { callers, defineWork } from "./work.mjs";

export const sequentialRpc = defineWork({
  name: "rpc-sequential",
  title: "1 tab: one call after the other",
  candidates: callers,
  sizes: { full: { calls: 3000, warmUp: 500 }, quick: { calls: 200, warmUp: 50 } },
  profiled: true,
  async measure(lab, { calls, warmUp }) {
    const page = await lab.openOne();
    await page.call("sequential", { procedure: ECHO, count: warmUp });
    return lab.metered([page], () => page.call("sequential", { procedure: ECHO, count: calls }));
  },
});
