import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP relay in front of a router: it counts connections and breaks them, whatever the router is. */
export interface TcpProxy {
  readonly port: number;
  /** Connections accepted since the proxy began, refused ones not counted. */
  connections(): number;
  /** Connections that are open now. */
  open(): number;
  /** Destroys every connection. */
  drop(): void;
  /** While on, both directions stand still; what arrives is kept. */
  stall(on: boolean): void;
  /** While on, a new connection is destroyed at once. */
  refuse(on: boolean): void;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  readonly browser: Socket;
  readonly router: Socket;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const idleWaiters: (() => void)[] = [];
  let accepted = 0;
  let stalled = false;
  let refusing = false;

  const remove = (pair: Pair) => {
    pair.browser.destroy();
    pair.router.destroy();
    if (pairs.delete(pair) && pairs.size === 0) idleWaiters.splice(0).forEach((resolve) => resolve());
  };
  const relay = (pair: Pair) => {
    pair.browser.pipe(pair.router);
    pair.router.pipe(pair.browser);
  };

  const server = createServer((browser) => {
    if (refusing) {
      browser.destroy();
      return;
    }
    accepted += 1;
    const pair = { browser, router: connect(target.port, target.host) };
    pairs.add(pair);
    for (const socket of [pair.browser, pair.router]) {
      socket.setNoDelay(true);
      socket.on("error", () => remove(pair));
      socket.on("close", () => remove(pair));
    }
    if (!stalled) relay(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => accepted,
    open: () => pairs.size,
    drop: () => [...pairs].forEach(remove),
    stall(on) {
      if (on === stalled) return;
      stalled = on;
      for (const pair of pairs) {
        if (!on) relay(pair);
        else {
          pair.browser.unpipe(pair.router).pause();
          pair.router.unpipe(pair.browser).pause();
        }
      }
    },
    refuse(on) {
      refusing = on;
    },
    idle: () => (pairs.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        [...pairs].forEach(remove);
      }),
  };
}
