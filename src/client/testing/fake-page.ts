import { workerLock } from "../../contract/port.js";
import type { WorkerName } from "../../contract/port.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { MemoryLocks } from "../../memory/memory-locks.js";
import { nextTask } from "../../web/next-task.js";
import type { SerializerModule } from "../../protocol/serializer-module.js";
import type { ConnectOptions, TrustedScriptUrl } from "../api/connect-options.js";
import type { ClientEnvironment } from "../attach/environment.js";
import type { HubHost, HubPort } from "../attach/hub-host.js";
import { AFTER_LOSS } from "../attach/reattacher.js";
import type { SessionFacade } from "../session/lease.js";
import { createSessionRegistry } from "../session/session-registry.js";
import { FakeHub } from "./fake-hub.js";

export const options: ConnectOptions = { url: "ws://router.example/", realm: "realm1" };

/** A page whose workers are fake hubs behind real MessagePorts. */
export class FakePage implements ClientEnvironment {
  readonly locks = new MemoryLocks();
  readonly clock = new FakeClock();
  readonly reported: unknown[] = [];
  /** The lines in the page's console. */
  readonly told: string[] = [];
  /** The URLs with which workers were started. */
  readonly started: (string | undefined)[] = [];
  /** The names with which they were started. */
  readonly names: WorkerName[] = [];
  /** The number of ports that are no longer observed. */
  released = 0;
  /** All workers so far. */
  readonly hubs: FakeHub[] = [];
  /** Called for each new worker, before its first tab attaches. */
  prepare: (hub: FakeHub) => void = () => undefined;
  /** Returns the promise that rejects if the start of a worker fails. */
  startFailure: () => Promise<never> = () => new Promise(() => undefined);
  /** Chooses the longest delays unless the test replaces it. */
  random = (): number => 1;
  readonly sessions = createSessionRegistry(
    () => this,
    () => "https://page.example/app/",
  );
  readonly defer = nextTask;
  readonly #running = new Map<WorkerName, FakeHub>();
  readonly #watchers = new Set<(isBack: boolean) => void>();
  readonly #networkWatchers = new Set<() => void>();
  #isHidden = false;
  #isOffline = false;
  #ids = 0;

  constructor() {
    // Like a browser, which grants a lock in a later task.
    this.locks.requested = () => new Promise((resolve) => nextTask(resolve));
  }

  randomId = (): string => `id-${++this.#ids}`;

  readonly isHidden = (): boolean => this.#isHidden;

  readonly onVisibility: ClientEnvironment["onVisibility"] = (listener, signal) => {
    this.#watchers.add(listener);
    signal.addEventListener("abort", () => this.#watchers.delete(listener));
  };

  readonly isOffline = (): boolean => this.#isOffline;

  /** The modules of the application's serializers, by their URLs. */
  readonly modules = new Map<string, Partial<SerializerModule>>();
  readonly importSerializer: ClientEnvironment["importSerializer"] = ({ url }) => {
    const module = this.modules.get(url);
    return module === undefined ? Promise.reject(new Error(`no module ${url}`)) : Promise.resolve(module);
  };
  readonly onNetwork: ClientEnvironment["onNetwork"] = (listener, signal) => {
    this.#networkWatchers.add(listener);
    signal.addEventListener("abort", () => this.#networkWatchers.delete(listener));
  };

  readonly report = (error: unknown): void => {
    this.reported.push(error);
  };

  readonly tell = (text: string): void => {
    this.told.push(text);
  };

  readonly hubHost = (workerUrl: string | TrustedScriptUrl | undefined): HubHost => ({
    open: (name) => Promise.resolve(this.#openHub(name, workerUrl?.toString())),
  });

  /** The worker that was started last. */
  get hub(): FakeHub {
    const hub = this.hubs.at(-1);
    if (hub === undefined) throw new Error("No worker has been started");
    return hub;
  }

  /** Kills the worker that was started last. */
  kill(): void {
    this.hub.kill();
    for (const [name, hub] of this.#running) if (hub === this.hub) this.#running.delete(name);
    this.locks.release(workerLock(this.hub.incarnation));
  }

  /** Kills the worker; resolves when the page has noticed, and may start the next one. */
  async crash(session: SessionFacade): Promise<void> {
    this.kill();
    await new Promise<void>((resolve) => {
      const stop = session.on("status", () => {
        stop();
        resolve();
      });
    });
    this.clock.advance(AFTER_LOSS);
  }

  /** Resolves when the session is online (again). */
  async online(session: SessionFacade): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = session.on("status", ({ state }) => {
        if (state !== "online") return;
        stop();
        resolve();
      });
      if (session.status.state === "online") resolve();
    });
  }

  /** Shows the page again, as after Back. */
  comeBack(): void {
    for (const listener of this.#watchers) listener(true);
  }

  /** Hides the page, or shows it. */
  hide(isHidden: boolean): void {
    this.#isHidden = isHidden;
    for (const listener of this.#watchers) listener(false);
  }

  /** Fires the browser's `online` or `offline`. */
  setOffline(isOffline: boolean): void {
    this.#isOffline = isOffline;
    for (const listener of this.#networkWatchers) listener();
  }

  /** The number of listeners that wait for the page to be hidden or shown. */
  get watchers(): number {
    return this.#watchers.size;
  }

  connect(more: Partial<ConnectOptions> = {}): Promise<SessionFacade> {
    return this.sessions.connect({ ...options, ...more });
  }

  #openHub(name: WorkerName, workerUrl: string | undefined): HubPort {
    this.started.push(workerUrl);
    this.names.push(name);
    const { port1, port2 } = new MessageChannel();
    (this.#running.get(name) ?? this.#newHub(name)).serve(port2);
    let stopWatching: () => void = () => undefined;
    return {
      url: workerUrl ?? "bundled",
      port: port1,
      codecUrls: [],
      failed: this.startFailure(),
      lost: (incarnation) =>
        new Promise((lost) => {
          stopWatching = this.locks.watch(workerLock(incarnation), lost);
        }),
      release: () => {
        this.released += 1;
        stopWatching();
      },
    };
  }

  #newHub(name: WorkerName): FakeHub {
    const hub = new FakeHub(`life-${this.hubs.length + 1}`);
    this.hubs.push(hub);
    this.prepare(hub);
    this.#running.set(name, hub);
    hub.ready = this.locks.hold(workerLock(hub.incarnation)).then(() => undefined);
    return hub;
  }
}

/**
 * Resolves when all earlier requests have reached the hub, and all earlier notices have been dispatched in the page.
 */
export async function fence(page: FakePage, session: SessionFacade): Promise<void> {
  // One task for the requests that are queued while the sender has no credit.
  await new Promise<void>((resolve) => nextTask(resolve));
  await session.inspect();
  await page.hub.deliver();
}
