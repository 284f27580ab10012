import { WebSocket, WebSocketServer } from "ws";
import { Collector } from "./collector.js";

export type WireMessage = readonly unknown[];

/** WAMP message codes that the tests look for. */
export const code = {
  HELLO: 1,
  WELCOME: 2,
  ABORT: 3,
  GOODBYE: 6,
  PUBLISH: 16,
  SUBSCRIBE: 32,
  UNSUBSCRIBE: 34,
  CALL: 48,
  CANCEL: 49,
  REGISTER: 64,
  UNREGISTER: 66,
} as const;

/** A WebSocket relay in front of any router, which records the messages to it. Sessions must speak JSON. */
export class WireTap {
  readonly url: string;
  readonly up = new Collector<WireMessage>();
  /** The paths of all connections, with their queries. */
  readonly requests: string[] = [];
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(routerUrl: string): Promise<WireTap> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "wamp.2.json" });
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    const tap = new WireTap(server, `ws://127.0.0.1:${address.port}/`);
    server.on("connection", (browser, { url = "" }) => {
      tap.requests.push(url);
      tap.#relay(browser, routerUrl);
    });
    return tap;
  }

  /** The messages of one type that were sent to the router, in order. */
  sent(type: keyof typeof code): WireMessage[] {
    return this.up.items.filter((message) => message[0] === code[type]);
  }

  /** Closes every connection. */
  drop(): void {
    for (const browser of this.#server.clients) browser.terminate();
  }

  async close(): Promise<void> {
    for (const browser of this.#server.clients) browser.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(browser: WebSocket, routerUrl: string): void {
    const router = new WebSocket(routerUrl, ["wamp.2.json"]);
    const opened = new Promise((resolve) => router.once("open", resolve));
    const textOf = (data: unknown) => (Buffer.isBuffer(data) ? data.toString() : String(data));
    browser.on("message", (data) => {
      const text = textOf(data);
      this.up.add(JSON.parse(text) as WireMessage);
      if (router.readyState === WebSocket.OPEN) router.send(text);
      else void opened.then(() => router.send(text));
    });
    router.on("message", (data) => browser.send(textOf(data)));
    for (const [one, other] of [
      [browser, router],
      [router, browser],
    ] as const) {
      one.on("error", () => other.terminate());
      one.on("close", () => other.close());
    }
  }
}
