import { anonymousAuthenticator } from "../auth/anonymous.js";
import { ticketAuthenticator } from "../auth/ticket.js";
import { jsonSerializer } from "../codec/json.js";
import { msgpackSerializer } from "../codec/msgpack.js";
import { workerLock } from "../contract/port.js";
import type { Environment } from "../hub/environment.js";
import { Hub } from "../hub/hub.js";
import { nextTask } from "../link/next-task.js";
import { eventPause, systemClock } from "./clock.js";
import { IndexedDbStore } from "./indexed-db-store.js";
import { indexedDbKeyValues } from "./indexed-db.js";
import { servePort } from "./serve-port.js";
import { holdLock, webLocks } from "./web-locks.js";
import { webSockets } from "./websocket.js";

declare const self: SharedWorkerGlobalScope;

const environment: Environment = {
  clock: systemClock,
  random: Math.random,
  randomId: () => crypto.randomUUID(),
  defer: nextTask,
  pause: eventPause,
  locks: webLocks,
  sockets: webSockets,
  store: new IndexedDbStore(indexedDbKeyValues("wamp-mux"), systemClock),
  serializers: { json: jsonSerializer, msgpack: msgpackSerializer },
  authenticators: { anonymous: anonymousAuthenticator, ticket: ticketAuthenticator },
  log: (message, cause) => {
    // eslint-disable-next-line no-console -- a fault that no tab can be told of has no other place
    console.error(`wamp-mux: ${message}`, ...(cause === undefined ? [] : [cause]));
  },
  agent: "wamp-mux",
};

const hub = new Hub(environment);

// By this lock the tabs notice that the worker is gone, so it is held before the first of them is let in.
const locked = holdLock(workerLock(hub.incarnation));
// Each tab is told by its `attach`; when none has come yet, nobody else hears of it.
locked.catch((cause: unknown) => {
  environment.log("no tab can be let in", cause);
});

// Attached in the first task: a `connect` event that finds no listener is lost.
self.onconnect = ({ ports: [port] }) => {
  if (port !== undefined) servePort(port, hub, locked);
};
