import { startRouter } from "wamp-mux/router";
import type { DevRouter } from "wamp-mux/router";

const router: DevRouter = await startRouter({ realms: ["realm1"] });
const hellos: number = router.counts.hellos;
router.faults.hold("EVENT", (message) => message.type === "EVENT").release();
// @ts-expect-error: not a number
await startRouter({ port: "8080" });
export { hellos };
