import { authenticationWith } from "../auth/auth-methods.js";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import { workerLock } from "../contract/port.js";
import type { Environment } from "../hub/environment.js";
import { createHub } from "../hub/hub.js";
import { systemClock } from "../web/clock.js";
import { webLocks } from "../web/locks.js";
import { openDatabase } from "../web/database.js";
import { nextTask } from "../web/next-task.js";
import { createAlgorithmFiles } from "./algorithm-files.js";
import { hubChannel } from "./hub-channel.js";
import { serializerLoader } from "./load-serializer.js";
import { eventPauses } from "./pauses.js";
import { createOutboxStore } from "./outbox-store.js";
import { createResumeStore, resumeValues, upgrades } from "./resume-store.js";
import { servePort } from "./serve-port.js";
import { webSockets } from "./websocket.js";

declare const self: WorkerGlobalScope;

// The scope determines how tabs reach the hub; the package starts only SharedWorkers.
if (!isSharedWorker(self)) throw new Error("worker.js of wamp-mux must be started as a SharedWorker");

const algorithms = createAlgorithmFiles(systemClock);
const locks = webLocks(navigator.locks);

const database = openDatabase("wamp-mux", systemClock, upgrades);

const environment: Environment = {
  clock: systemClock,
  wallTime: Date.now,
  random: Math.random,
  randomId: () => crypto.randomUUID(),
  defer: nextTask,
  pauses: eventPauses,
  locks,
  sockets: webSockets,
  store: createResumeStore(resumeValues(database), systemClock),
  outbox: createOutboxStore(database, systemClock),
  channel: hubChannel(),
  codecs: createCodecs([jsonSerializer], serializerLoader(systemClock), () => systemClock.now()),
  authentication: authenticationWith(algorithms),
  algorithms,
  log: (message, cause) => {
    // eslint-disable-next-line no-console -- an error that cannot be reported to a tab has no other place
    console.error(`wamp-mux: ${message}`, ...(cause === undefined ? [] : [cause]));
  },
  agent: "wamp-mux",
  workerUrl: self.location.href,
  isSecure: self.location.protocol === "https:",
};

const hub = createHub(environment);

// The tabs detect the worker's death by this lock, so it is held before the first tab is admitted.
const locked = holdWorkerLock(workerLock(hub.incarnation));
// Each tab gets a refusal as the answer to its `attach`; before the first tab, the log is the only place for it.
locked.catch((cause: unknown) => {
  environment.log("no tab can be admitted", cause);
});

// Set in the first task: a `connect` event without a listener is lost.
self.onconnect = ({ ports: [port] }) => {
  if (port !== undefined) servePort(port, hub, locked);
};

function isSharedWorker(scope: WorkerGlobalScope): scope is SharedWorkerGlobalScope {
  return "onconnect" in scope;
}

/** Takes the lock and keeps it until this worker dies. */
async function holdWorkerLock(name: string): Promise<void> {
  try {
    await locks.hold(name);
  } catch (cause) {
    throw new Error(`The worker could not take its Web Lock "${name}" (${String(cause)})`, { cause });
  }
}
