import { workerLock } from "../../contract/port.js";
import { nextTask } from "../../web/next-task.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { SessionFacade } from "../session/session-facade.js";
import type { Page, StartedWorker } from "../attach/page.js";
import { SessionRegistry } from "../session/session-registry.js";
import { FakeHub } from "./fake-hub.js";
import { FakeLocks } from "./fake-locks.js";
import { FakeTimer } from "./fake-timer.js";

export const options: ConnectOptions = { url: "ws://router.example/", realm: "realm1" };

/** A page whose workers are fake hubs behind real MessagePorts. */
export class FakePage implements Page {
  readonly url = "https://app.example/index.html";
  readonly locks = new FakeLocks();
  readonly timer = new FakeTimer();
  readonly reported: unknown[] = [];
  /** URLs that workers were started with. */
  readonly started: (string | undefined)[] = [];
  /** All workers that there have been. */
  readonly hubs: FakeHub[] = [];
  /** Called for each new worker, before its first page comes. */
  prepare: (hub: FakeHub) => void = () => undefined;
  /** What a worker start comes to. */
  startFailure: () => Promise<never> = () => new Promise(() => undefined);
  /** The longest delays, unless the test says something else. */
  random = (): number => 1;
  readonly sessions = new SessionRegistry(() => this);
  readonly defer = nextTask;
  #alive = false;
  #releaseWorker: () => void = () => undefined;
  #ids = 0;

  readonly randomId = (): string => `id-${++this.#ids}`;

  readonly report = (error: unknown): void => {
    this.reported.push(error);
  };

  readonly startWorker = (url: string | undefined): StartedWorker => {
    this.started.push(url);
    const { port1, port2 } = new MessageChannel();
    (this.#alive ? this.hub : this.#newHub()).serve(port2);
    return { url: url ?? "bundled", port: port1, failed: this.startFailure(), release: () => undefined };
  };

  /** The worker that lives, or did last. */
  get hub(): FakeHub {
    const hub = this.hubs.at(-1);
    if (hub === undefined) throw new Error("No worker has been started");
    return hub;
  }

  /** The worker dies; resolves when the page has noticed that. */
  async crash(session: SessionFacade): Promise<void> {
    this.hub.kill();
    this.#alive = false;
    this.#releaseWorker();
    await new Promise<void>((resolve) => {
      const stop = session.on("status", () => {
        stop();
        resolve();
      });
    });
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

  connect(more: Partial<ConnectOptions> = {}): Promise<SessionFacade> {
    return this.sessions.connect({ ...options, ...more });
  }

  #newHub(): FakeHub {
    const hub = new FakeHub(`life-${this.hubs.length + 1}`);
    this.hubs.push(hub);
    this.prepare(hub);
    this.#alive = true;
    hub.ready = this.locks.hold(workerLock(hub.incarnation)).then((release) => {
      this.#releaseWorker = release;
    });
    return hub;
  }
}

/** What was posted before has reached the hub, and what the hub delivered before has been taken in. */
export async function fence(page: FakePage, session: SessionFacade): Promise<void> {
  // A task for what is collected while the way is busy.
  await new Promise<void>((resolve) => nextTask(resolve));
  await session.inspect();
  await page.hub.deliver();
}
