import { MemoryLocks } from "../memory/memory-locks.js";
import { MemoryOutboxStore } from "../memory/memory-outbox-store.js";
import { MemoryStore } from "../memory/memory-store.js";
import type { Locks } from "../web/locks.js";
import type { HubChannel, OutboxStore } from "../hub/environment.js";
import { keysIn } from "./durable.js";
import { createFakeEnvironment } from "./fake-environment.js";
import type { FakeEnvironment } from "./fake-environment.js";
import { World } from "./harness.js";
import { sessionConfig } from "./session-config.js";

const never = (): Promise<never> => new Promise(() => undefined);

/** Builds of one application that are open at the same time: their workers share what is stored, and its locks. */
export class Builds {
  readonly locks = new MemoryLocks();
  readonly store = new MemoryOutboxStore();
  readonly resume = new MemoryStore();
  /** Keys of all durable requests that the router has got, from any worker, in their order. */
  readonly got: string[] = [];
  /** Delivers to a build what another one has posted. */
  readonly listeners = new Map<Build, (news: unknown) => void>();
  #last = 0;

  /** Starts the worker of a build. */
  start(): Build {
    return new Build(this, (this.#last += 1));
  }
}

/** The worker of one build, with its own session and clock. */
export class Build {
  readonly fake: FakeEnvironment;
  readonly world: World;
  /** The store that all builds have in common, as this one knows it. */
  readonly stored: MemoryOutboxStore;
  #isDead = false;
  readonly #releases = new Set<() => void>();

  constructor(
    private readonly builds: Builds,
    id: number,
  ) {
    this.stored = new MemoryOutboxStore(builds.store);
    const fake = createFakeEnvironment();
    const { env } = fake;
    const own = {
      workerUrl: `http://app.example/worker-${id}.js`,
      randomId: () => `${id}-${env.randomId()}`,
    };
    const shared = { locks: this.#locksOf(fake), outbox: this.#store(), channel: this.#channel(fake) };
    this.fake = { ...fake, env: { ...env, ...own, ...shared, store: builds.resume } };
    this.world = new World(this.fake, sessionConfig({ linger: 0 }));
    this.world.router.override = (message) => {
      if (!this.#isDead) builds.got.push(...keysIn([message]));
      return this.#isDead;
    };
  }

  /** Ends the worker in the middle of whatever it does. */
  kill(): void {
    this.#isDead = true;
    const { router } = this.world;
    router.up = false;
    if (router.connections > 0) router.drop();
    for (const release of this.#releases) release();
  }

  #locksOf({ locks }: FakeEnvironment): Locks {
    return {
      hold: async (name, lost) => {
        if (!name.startsWith("wamp-mux:outbox:")) return await locks.hold(name, lost);
        const release = await this.builds.locks.hold(name, lost);
        this.#releases.add(release);
        if (!this.#isDead) return release;
        release();
        return await never();
      },
      watch: (name, gone) => locks.watch(name, gone),
    };
  }

  #channel({ env: { defer } }: FakeEnvironment): HubChannel {
    const { listeners } = this.builds;
    return {
      post: (news) => {
        if (!this.#isDead) for (const [build, hear] of listeners) if (build !== this) hear(news);
      },
      listen: (heard) => {
        const hear = (news: unknown): void => {
          // The message arrives in a task, like that of a BroadcastChannel.
          defer(() => {
            if (!this.#isDead) heard(structuredClone(news));
          });
        };
        listeners.set(this, hear);
      },
    };
  }

  #store(): OutboxStore {
    const { stored: store, builds } = this;
    const alive = <T>(operation: () => Promise<T>): Promise<T> => (this.#isDead ? never() : operation());
    return {
      append: (entry) => alive(() => store.append(entry)),
      list: (owner) => alive(() => store.list(owner)),
      write: (changed, removed) => alive(() => store.write(changed, removed)),
      clear: (owner, removal) => alive(() => store.clear(owner, removal)),
      // The other builds have their own.
      watch: () => undefined,
      get status() {
        return builds.store.status;
      },
    };
  }
}
