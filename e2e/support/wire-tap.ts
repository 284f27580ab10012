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

/** A WebSocket relay in front of any router, which records the messages to it and the frames in both directions, if they are text. */
export class WireTap {
  readonly url: string;
  readonly up = new Collector<WireMessage>();
  /** The frames to the router, and from it. */
  readonly frames: { readonly up: string[]; readonly down: string[] } = { up: [], down: [] };
  /** The paths of all connections, with their queries. */
  readonly requests: string[] = [];
  readonly #server: WebSocketServer;
  readonly #subprotocol: string;

  private constructor(server: WebSocketServer, url: string, subprotocol: string) {
    this.#server = server;
    this.url = url;
    this.#subprotocol = subprotocol;
  }

  /** @param subprotocol the choice of the tap, which the router must support */
  static async start(routerUrl: string, subprotocol = "wamp.2.json"): Promise<WireTap> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => subprotocol });
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    const tap = new WireTap(server, `ws://127.0.0.1:${address.port}/`, subprotocol);
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
    const router = new WebSocket(routerUrl, [this.#subprotocol]);
    const opened = new Promise((resolve) => router.once("open", resolve));
    const textOf = (data: unknown) => (Buffer.isBuffer(data) ? data.toString() : String(data));
    const send = (frame: Buffer | string) => {
      if (router.readyState === WebSocket.OPEN) router.send(frame);
      else void opened.then(() => router.send(frame));
    };
    browser.on("message", (data: Buffer, isBinary) => {
      if (isBinary) return send(data);
      const text = textOf(data);
      this.frames.up.push(text);
      for (const message of messagesIn(text)) this.up.add(JSON.parse(message) as WireMessage);
      send(text);
    });
    router.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) this.frames.down.push(textOf(data));
      browser.send(data, { binary: isBinary });
    });
    for (const [one, other] of [
      [browser, router],
      [router, browser],
    ] as const) {
      one.on("error", () => other.terminate());
      one.on("close", () => other.close());
    }
  }
}

/**
 * Splits a frame into its messages; a frame of a plain subprotocol is one. U+001E ends each message of a batch, in Crossbar.io U+0018, and in
 * HELLO both do.
 */
export function messagesIn(frame: string): string[] {
  return frame
    .replaceAll("\x18", "\x1e")
    .split("\x1e")
    .filter((message) => message !== "");
}
