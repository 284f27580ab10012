import { startTcpProxy } from "../../scripts/tcp-proxy.mjs";
import type { RouterUnderTest } from "./router.js";
import type { PlainConnectOptions, Tab } from "./tab.js";
import type { WireTap } from "./wire-tap.js";

/** Retry options with which a lost session is back as soon as the router can be reached. */
export const quickRetry = { initialDelay: 1, maxDelay: 50 } as const;

/** Options of a tab whose messages to the router the tap can read. */
export function tapped<Options extends PlainConnectOptions>({ url }: WireTap, others?: Options) {
  return { url, serializers: ["json"] as const, ...others } as const;
}

/** Starts a second proxy in front of the router, for the sessions of one test alone. */
export async function startOwnProxy({ url }: RouterUnderTest) {
  const { hostname, port } = new URL(url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  return { proxy, url: `ws://127.0.0.1:${proxy.port}/` };
}

/** Starts to listen in each tab; the returned function resolves with the statuses when all of them have been without a connection. */
export async function listenForLoss(tabs: readonly Tab[]) {
  const lost = await Promise.all(tabs.map((tab) => tab.listenForStatus("waiting")));
  return () => Promise.all(lost.map((reached) => reached()));
}

/** Breaks the tabs' connection; resolves when all of them know. */
export async function dropConnection({ proxy }: RouterUnderTest, tabs: readonly Tab[]): Promise<void> {
  const lost = await listenForLoss(tabs);
  proxy.drop();
  await lost();
}

/** Breaks the tabs' connection, and refuses each new one until the returned function is called; foreign sessions keep theirs. */
export async function startOutage(router: RouterUnderTest, tabs: readonly Tab[]): Promise<() => void> {
  router.proxy.refuse(true);
  await dropConnection(router, tabs);
  return () => router.proxy.refuse(false);
}

/** Resolves when all tabs are online. */
export async function allOnline(tabs: readonly Tab[]): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.waitForStatus("online")));
}
