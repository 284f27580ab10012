import { foreignRouters, freePort } from "../scripts/routers/index.mjs";
import { routerUnderTest } from "./router-name.js";

/**
 * Starts the router that all tests of a run share, and passes its URL on in `WAMP_ROUTER_URL`. The development router is
 * not shared: each test starts its own, to count its messages and to inject faults.
 */
export default async function startForeignRouter(): Promise<(() => Promise<void>) | undefined> {
  if (routerUnderTest === "dev") return undefined;
  const router = await foreignRouters[routerUnderTest].start({ port: await freePort() });
  process.env["WAMP_ROUTER_URL"] = router.url;
  return router.stop;
}
