import { ECHO } from "../router/echo.mjs";
import { callers, defineWork } from "./work.mjs";

export const pipelinedRpc = defineWork({
  name: "rpc-pipelined",
  title: "1 tab: 64 calls in flight",
  candidates: callers,
  sizes: {
    full: { calls: 20_000, warmUp: 2000, width: 64 },
    quick: { calls: 500, warmUp: 100, width: 64 },
  },
  profiled: true,
  async measure(lab, { calls, warmUp, width }) {
    const page = await lab.openOne();
    await page.call("pipelined", { procedure: ECHO, count: warmUp, width });
    return lab.metered([page], () => page.call("pipelined", { procedure: ECHO, count: calls, width }));
  },
});
