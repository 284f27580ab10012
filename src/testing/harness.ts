import { jsonPayloads } from "../codec/json-payload.js";
import type { TabId } from "../contract/ids.js";
import { tabLock } from "../contract/port.js";
import type { SessionConfig } from "../contract/session-config.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import type { Payload } from "../protocol/payload.js";
import { Hub } from "../hub/hub.js";
import type { Attachment } from "../hub/hub.js";
import { createFakeEnvironment } from "./fake-environment.js";
import type { FakeEnvironment } from "./fake-environment.js";
import { FakeTab } from "./fake-tab.js";
import { MemoryRouter } from "./memory-router.js";
import { sessionConfig } from "./session-config.js";

/** Longer than every deadline in the hub. */
const LONG = 120_000;

/** A hub with its tabs and a router, all in the hands of the test. */
export class World {
  readonly hub: Hub;
  readonly router: MemoryRouter;
  readonly tabs: FakeTab[] = [];
  #lastTab = 0;

  constructor(
    readonly fake: FakeEnvironment,
    readonly config: SessionConfig,
  ) {
    this.router = new MemoryRouter(fake.sockets, fake.clock);
    this.hub = new Hub(fake.env);
  }

  /** A new tab that is taken in. */
  join(changes: Partial<SessionConfig> = {}): FakeTab {
    const { tab, answer } = this.tryToJoin(changes);
    if (!answer.ok) throw new Error(answer.error.message);
    return tab;
  }

  /** A new tab that may be refused. */
  tryToJoin(changes: Partial<SessionConfig> = {}, prepare: (tab: FakeTab) => void = () => undefined) {
    this.#lastTab += 1;
    const tab = new FakeTab(`tab-${this.#lastTab}` as TabId);
    prepare(tab);
    const session = { ...this.config, ...changes };
    const { answer, port }: Attachment = this.hub.attach(
      { contract: CONTRACT_VERSION, tab: tab.id, session },
      tab,
    );
    tab.port = port;
    if (answer.ok) {
      tab.hello = answer.hello;
      this.tabs.push(tab);
    }
    return { tab, answer };
  }

  /** The page dies: its Web Lock is released, and nothing else is heard of it. */
  kill(tab: FakeTab): void {
    this.forget(tab);
    this.fake.locks.release(tabLock(tab.id));
  }

  async leave(tab: FakeTab): Promise<void> {
    this.forget(tab);
    const left = tab.leave();
    await this.settle();
    return left;
  }

  settle(): Promise<void> {
    return this.fake.settle();
  }

  advance(milliseconds: number): Promise<void> {
    return this.fake.advance(milliseconds);
  }

  /** The one session that lives. */
  get session() {
    const [session] = this.hub.inspect().sessions;
    if (session === undefined) throw new Error("There is no session");
    return session;
  }

  /**
   * What is left when every tab has given back what it held and time has passed, and then when every tab has left: nothing,
   * if the hub is right. Also what no strict router would have taken.
   */
  async leftovers(): Promise<string[]> {
    this.router.override = () => false;
    this.router.up = true;
    this.router.release();
    await this.advance(LONG);
    const left = [...this.router.violations, ...this.#settledTwice()];
    for (const tab of [...this.tabs]) await this.leave(tab);
    await this.advance(LONG);
    const { sessions } = this.hub.inspect();
    if (sessions.length > 0) left.push(`sessions: ${JSON.stringify(sessions)}`);
    if (this.fake.sockets.living > 0) left.push(`sockets: ${this.fake.sockets.living}`);
    if (this.fake.clock.pending > 0) left.push(`timers: ${this.fake.clock.pending}`);
    if (this.fake.locks.watching > 0) left.push(`watched locks: ${this.fake.locks.watching}`);
    if (this.router.subscriptions.length > 0)
      left.push(`wire subscriptions: ${this.router.subscriptions.join()}`);
    return left;
  }

  /** Takes a tab out of those that `leftovers` lets leave. */
  forget(tab: FakeTab): void {
    const index = this.tabs.indexOf(tab);
    if (index >= 0) this.tabs.splice(index, 1);
  }

  #settledTwice(): string[] {
    return this.tabs.flatMap((tab) =>
      tab.asked
        .filter(({ settlements }) => settlements.length !== 1)
        .map(({ request, settlements }) => `${tab.id}: request ${request} has ${settlements.length} answers`),
    );
  }
}

let worlds: World[] = [];

/** A world that is online with so many tabs. */
export async function startWorld(tabs = 2, changes: Partial<SessionConfig> = {}): Promise<World> {
  const world = prepareWorld(changes);
  for (let index = 0; index < tabs; index += 1) world.join();
  await world.settle();
  return world;
}

/** A world that is online with three tabs, by their names. */
export async function startTabs(changes: Partial<SessionConfig> = {}) {
  const world = prepareWorld(changes);
  const [a, b, c] = [world.join(), world.join(), world.join()];
  await world.settle();
  return { world, router: world.router, a, b, c };
}

/** A world without tabs. */
export function prepareWorld(changes: Partial<SessionConfig> = {}): World {
  const world = new World(createFakeEnvironment(), sessionConfig(changes));
  worlds.push(world);
  return world;
}

/** What is left of the worlds of one test: the list to expect is the empty one. */
export async function leftovers(): Promise<string[]> {
  const ended = worlds;
  worlds = [];
  const left = await Promise.all(ended.map((world) => world.leftovers()));
  return left.flat();
}

export const json = (...args: readonly unknown[]): Payload => jsonPayloads.encodePayload(args);
