import { expect, onTestFinished } from "vitest";
import type { Environment } from "../core/environment.js";
import { subprotocolsOf } from "../../codec/subprotocols.js";
import { FaultyRouter } from "../faults/faulty-router.js";
import { connectInMemory } from "../faults/socket-pair.js";
import { nodeEnvironment } from "../server/environment.js";
import { parseSettings } from "../server/options.js";
import type { RouterOptions } from "../server/options.js";
import { RawClient } from "./raw-client.js";
import type { RawSocket } from "./raw-client.js";

const inMicrotask = (task: () => void): void => {
  void Promise.resolve().then(task);
};

/** Creates the whole router except HTTP and sockets for one test, at the end of which no session may be left. */
export function memoryRouter(options: RouterOptions = {}, environment: Partial<Environment> = {}) {
  const settings = parseSettings(options);
  const router = new FaultyRouter(settings, { ...nodeEnvironment, ...environment });
  const { faults, counter: counts } = router;
  const connect = (name = "wamp.2.json"): RawClient => {
    const subprotocol = subprotocolsOf(settings.serializers).find((known) => known.name === name);
    if (subprotocol === undefined) throw new Error(`there is no subprotocol ${name}`);
    const client = connectInMemory(
      router,
      subprotocol,
      { received: (frame) => raw.onFrame(frame), closed: (code) => raw.onClosed(code) },
      inMicrotask,
    );
    const raw: RawSocket = {
      ...client,
      subprotocol: name,
      send: (frame) => {
        client.send(frame);
        return Promise.resolve();
      },
      onFrame: () => undefined,
      onClosed: () => undefined,
    };
    return new RawClient(raw);
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
