import { expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { RawData } from "ws";
import type { RouterOptions } from "../server/options.js";
import { startRouter } from "../server/start-router.js";
import type { DevRouter } from "../server/start-router.js";
import { RawClient } from "./raw-client.js";
import type { RawSocket } from "./raw-client.js";

/** Opens a WebSocket. Rejects if the handshake is refused. */
export function connect(url: string, subprotocols: string | string[] = "wamp.2.json"): Promise<RawClient> {
  const socket = new WebSocket(url, subprotocols);
  const raw: RawSocket = {
    get subprotocol() {
      return socket.protocol;
    },
    send: (frame) =>
      new Promise((resolve, reject) => {
        socket.send(frame, (error) => {
          if (!(error instanceof Error)) resolve();
          else reject(error);
        });
      }),
    close: (code) => {
      socket.close(code);
    },
    terminate: () => {
      socket.terminate();
    },
    onFrame: () => undefined,
    onClosed: () => undefined,
  };
  socket.on("message", (data: RawData, binary: boolean) => {
    if (!Buffer.isBuffer(data)) throw new Error("frames come as one buffer");
    raw.onFrame(binary ? new Uint8Array(data) : data.toString("utf8"));
  });
  socket.on("close", (code) => {
    raw.onClosed(code);
  });
  const client = new RawClient(raw);
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      resolve(client);
    });
    socket.on("error", reject);
  });
}

/** Starts a router for one test, at the end of which no session may be left. */
export async function socketRouter(options: RouterOptions = {}): Promise<
  DevRouter & {
    connect: (subprotocols?: string | string[]) => Promise<RawClient>;
    join: (details?: Record<string, unknown>, subprotocol?: string) => Promise<RawClient>;
  }
> {
  const router = await startRouter(options);
  onTestFinished(async () => {
    await router.stop();
    expect({ open: router.counts.open, sessions: router.sessions() }).toEqual({ open: 0, sessions: [] });
  });
  return {
    ...router,
    connect: (subprotocols) => connect(router.url, subprotocols),
    join: async (details, subprotocol) => (await connect(router.url, subprotocol)).join(details),
  };
}
