import { authenticationWith } from "../auth/auth-methods.js";
import { bundledAlgorithms } from "../auth/bundled-algorithms.js";
import { systemClock } from "../web/clock.js";
import { openDatabase } from "../web/database.js";
import { webLocks } from "../web/locks.js";
import { nextTask } from "../web/next-task.js";
import { eventPauses } from "../worker/pauses.js";
import { hubChannel } from "../worker/hub-channel.js";
import { createOutboxStore } from "../worker/outbox-store.js";
import { createResumeStore, resumeValues, upgrades } from "../worker/resume-store.js";
import { webSockets } from "../worker/websocket.js";
import type { Platform } from "./platform.js";

declare const self: ServiceWorkerGlobalScope;

/** Returns what this service worker has. Serializers and algorithms are part of its file: a service worker cannot import on demand. */
export function browserPlatform(): Platform {
  const { locks } = navigator;
  const database = openDatabase("wamp-mux", systemClock, upgrades);
  return {
    locks: webLocks(locks),
    isAwaited: async (lock) => {
      const { pending = [] } = await locks.query();
      return pending.some(({ name }) => name === lock);
    },
    hub: {
      clock: systemClock,
      wallTime: Date.now,
      random: Math.random,
      randomId: () => crypto.randomUUID(),
      defer: nextTask,
      pauses: eventPauses,
      sockets: webSockets,
      store: createResumeStore(resumeValues(database), systemClock),
      outbox: createOutboxStore(database, systemClock),
      channel: hubChannel(),
      authentication: authenticationWith(bundledAlgorithms),
      algorithms: { locate: () => undefined },
      log: (message, cause) => {
        // eslint-disable-next-line no-console -- an error that no promise can deliver has no other place
        console.error(`wamp-mux: ${message}`, ...(cause === undefined ? [] : [cause]));
      },
      agent: "wamp-mux",
      isSecure: self.location.protocol === "https:",
    },
    client: {
      report: (error) => {
        self.reportError(error);
      },
      // eslint-disable-next-line no-console -- the only place where a developer sees it
      tell: (text) => console.warn(text),
    },
    openChannel: () => {
      const { port1, port2 } = new MessageChannel();
      return [port1, port2];
    },
    baseUrl: self.location.href,
  };
}
