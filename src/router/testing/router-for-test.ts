import { expect, onTestFinished } from "vitest";
import type { RouterOptions } from "../server/options.js";
import { startRouter } from "../server/start-router.js";
import type { DevRouter } from "../server/start-router.js";

/** A router that is stopped at the end of the test, when nothing of it may be left. */
export async function routerForTest(options: RouterOptions = {}): Promise<DevRouter> {
  const router = await startRouter(options);
  onTestFinished(async () => {
    await router.stop();
    expect({ open: router.counts.open, sessions: router.sessions() }).toEqual({ open: 0, sessions: [] });
  });
  return router;
}
