import { startRouter, type DevRouter } from "wamp-mux/router";
import { foreignRouters, freePort } from "../../scripts/routers/index.mjs";
import { routerUnderTest } from "../router-name.js";

/** A router of the kind under test that a test kills and starts again at the same address. */
export interface MortalRouter {
  readonly url: string;
  readonly realm: string;
  /** Ends it without GOODBYE or a close frame. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startMortalRouter(): Promise<MortalRouter> {
  const port = await freePort();
  const router = routerUnderTest === "dev" ? developmentRouter(port) : process(routerUnderTest, port);
  await router.start();
  return router;
}

function developmentRouter(port: number): MortalRouter {
  let running: DevRouter | undefined;
  return {
    url: `ws://127.0.0.1:${port}/`,
    realm: "realm1",
    start: async () => {
      running = await startRouter({ port });
    },
    kill: async () => {
      running?.faults.refuseConnections(true);
      running?.faults.dropAll();
      await running?.stop();
    },
  };
}

function process(name: keyof typeof foreignRouters, port: number): MortalRouter {
  let kill = (): Promise<void> => Promise.resolve();
  return {
    url: `ws://127.0.0.1:${port}/`,
    realm: "realm1",
    start: async () => {
      ({ kill } = await foreignRouters[name].start({ port }));
    },
    kill: () => kill(),
  };
}
