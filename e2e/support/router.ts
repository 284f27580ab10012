import { startRouter, type DevRouter, type RouterOptions } from "wamp-mux/router";
import { foreignRouters, freePort } from "../../scripts/routers/index.mjs";
import { startTcpProxy, type TcpProxy } from "../../scripts/tcp-proxy.mjs";
import { routerUnderTest, type RouterName } from "../router-name.js";
import { ForeignSession } from "./foreign.js";
import { RawCallee } from "./raw-callee.js";

/** Any router behind the tabs of a test. */
export interface RouterUnderTest {
  readonly name: RouterName;
  readonly realm: string;
  /** URL of the proxy, to which the tabs connect. */
  readonly url: string;
  /** URL of the router itself, for other clients. */
  readonly directUrl: string;
  readonly proxy: TcpProxy;
  /** The development router itself, with its faults; undefined if another router is under test. */
  readonly dev: DevRouter | undefined;
  /** The number of messages that may be in flight to one session; Nexus drops those beyond 64. */
  readonly burst: number;
  /** Returns true if WELCOME announced the feature. */
  announces(role: "broker" | "dealer", feature: string): boolean;
  /** Opens a session that bypasses the proxy. */
  foreign(): Promise<ForeignSession>;
  /** Opens a callee that the router can interrupt; it bypasses the proxy too. */
  rawCallee(): Promise<RawCallee>;
  /** Asks the router for the sessions of the realm, except the harness's own. */
  sessionIds(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Puts the proxy in front of the router at `directUrl`. */
async function putUnderTest(
  name: RouterName,
  directUrl: string,
  realm: string,
  dev?: DevRouter,
): Promise<RouterUnderTest> {
  const { hostname, port, pathname } = new URL(directUrl);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const sessions: { close(): Promise<void> }[] = [];
  const opened = async <S extends (typeof sessions)[number]>(opening: Promise<S>): Promise<S> => {
    const session = await opening;
    sessions.push(session);
    return session;
  };
  const foreign = () => opened(ForeignSession.open(directUrl, realm));
  const probe = await foreign();

  return {
    name,
    realm,
    url: `ws://127.0.0.1:${proxy.port}${pathname}`,
    directUrl,
    proxy,
    dev,
    burst: name === "nexus" ? 25 : 300,
    announces: (role, feature) => announced(probe.welcome, role, feature),
    foreign,
    rawCallee: () => opened(RawCallee.open(directUrl, realm)),
    async sessionIds() {
      const { args } = await probe.call("wamp.session.list");
      const ids = args[0];
      if (!Array.isArray(ids)) throw new Error(`wamp.session.list returned ${JSON.stringify(args)}`);
      return ids.map(Number).filter((id) => id !== probe.id);
    },
    async close() {
      await Promise.all(sessions.map((session) => session.close()));
      await proxy.close();
    },
  };
}

/**
 * Starts a development router for one test, or connects to the router that the whole run shares.
 *
 * @param maxMessageSize bytes; with a limit, the test gets a Crossbar.io of its own
 * @param cookies sets cookies, by which browsers can log in again; the test gets a Crossbar.io of its own, too
 */
export async function startRouterUnderTest(
  devOptions: RouterOptions,
  maxMessageSize: number | undefined,
  cookies: boolean,
): Promise<RouterUnderTest> {
  const url = process.env["WAMP_ROUTER_URL"];
  if (routerUnderTest === "crossbar" && maxMessageSize !== undefined)
    return startCrossbarWith({ transport: { max_message_size: maxMessageSize } });
  if (routerUnderTest === "crossbar" && cookies) return startCrossbarWith({ cookies });
  if (routerUnderTest !== "dev" && url !== undefined) return putUnderTest(routerUnderTest, url, "realm1");
  const dev = await startRouter({ ...devOptions, cookies });
  if (maxMessageSize !== undefined) dev.faults.messageSizeLimit(maxMessageSize);
  const router = await putUnderTest("dev", dev.url, "realm1", dev);
  // The counts leave out the harness's own session.
  dev.resetCounts();
  return {
    ...router,
    async close() {
      await router.close();
      await dev.stop();
    },
  };
}

type CrossbarOptions = Omit<Parameters<typeof foreignRouters.crossbar.start>[0], "port">;

async function startCrossbarWith(options: CrossbarOptions): Promise<RouterUnderTest> {
  const { url, stop } = await foreignRouters.crossbar.start({ port: await freePort(), ...options });
  const router = await putUnderTest("crossbar", url, "realm1");
  return {
    ...router,
    async close() {
      await router.close();
      await stop();
    },
  };
}

function announced(welcome: unknown, role: string, feature: string): boolean {
  let value = welcome;
  for (const key of ["roles", role, "features", feature]) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value === true;
}
