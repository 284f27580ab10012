import { expect, onTestFinished } from "vitest";
import type { Environment } from "../core/environment.js";
import { subprotocols } from "../../codec/subprotocols.js";
import type { Connection, FrameSocket } from "../faults/connection.js";
import { FaultyRouter } from "../faults/faulty-router.js";
import { nodeEnvironment } from "../server/environment.js";
import { parseSettings } from "../server/options.js";
import type { RouterOptions } from "../server/options.js";
import { RawClient } from "./raw-client.js";
import type { RawSocket } from "./raw-client.js";

const ABNORMAL = 1006;

/** Creates both ends of a socket in memory: each frame arrives in its own microtask, in order. */
function socketPair(subprotocol: string) {
  let open = true;
  let connection: Connection | undefined;
  const close = (code: number): void => {
    if (!open) return;
    open = false;
    void Promise.resolve().then(() => {
      client.onClosed(code);
      connection?.socketClosed();
    });
  };
  const client: RawSocket = {
    subprotocol,
    send: async (frame) => {
      await Promise.resolve();
      connection?.arrived(frame);
    },
    close,
    terminate: () => {
      close(ABNORMAL);
    },
    onFrame: () => undefined,
    onClosed: () => undefined,
  };
  const server: FrameSocket = {
    get open() {
      return open;
    },
    send: (frame, binary) => {
      const received = binary || typeof frame === "string" ? frame : Buffer.from(frame).toString("utf8");
      void Promise.resolve().then(() => {
        client.onFrame(received);
      });
    },
    close,
    destroy: () => {
      close(ABNORMAL);
    },
    // A stalled connection keeps the frames that still arrive.
    pause: () => undefined,
    resume: () => undefined,
  };
  return { client, server, attach: (accepted: Connection) => (connection = accepted) };
}

/** Creates the whole router except HTTP and sockets for one test, at the end of which no session may be left. */
export function memoryRouter(options: RouterOptions = {}, environment: Partial<Environment> = {}) {
  const router = new FaultyRouter(parseSettings(options), { ...nodeEnvironment, ...environment });
  const { faults, counter: counts } = router;
  const connect = (name = "wamp.2.json"): RawClient => {
    const { client, server, attach } = socketPair(name);
    const subprotocol = subprotocols.find((known) => known.name === name);
    if (subprotocol === undefined) throw new Error(`there is no subprotocol ${name}`);
    attach(router.accept(server, subprotocol));
    return new RawClient(client);
  };
  onTestFinished(async () => {
    faults.dropAll();
    await Promise.all(router.connections.map(({ closed }) => closed));
    expect({ open: counts.open, sessions: router.sessions() }).toEqual({ open: 0, sessions: [] });
  });
  return {
    connect,
    join: (details?: Record<string, unknown>, subprotocol?: string) => connect(subprotocol).join(details),
    faults,
    counts,
    sessions: () => router.sessions(),
  };
}
