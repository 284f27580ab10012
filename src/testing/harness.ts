import { jsonPayloads } from "../codec/json-payload.js";
import type { TabId } from "../contract/ids.js";
import { tabLock } from "../contract/port.js";
import type { AttachAnswer, TabHello } from "../contract/port.js";
import type { ConnectConfig, SessionConfig } from "../contract/session-config.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import type { Payload } from "../protocol/payload.js";
import { createHub } from "../hub/hub.js";
import type { Hub } from "../hub/hub.js";
import type { Attachment } from "../hub/hub.js";
import type { TabPeer } from "../hub/tab/tab.js";
import { createFakeEnvironment } from "./fake-environment.js";
import type { FakeEnvironment } from "./fake-environment.js";
import { FakeTab } from "./fake-tab.js";
import { MemoryRouter } from "./memory-router.js";
import { connectConfig, sessionConfig } from "./session-config.js";

/** Longer than every deadline in the hub. */
const LONG = 120_000;

/** A hub with its tabs and a router, all controlled by the test. */
export class World {
  readonly router: MemoryRouter;
  readonly tabs: FakeTab[] = [];
  #lastTab = 0;

  constructor(
    readonly fake: FakeEnvironment,
    readonly config: SessionConfig,
    public hub: Hub = createHub(fake.env),
  ) {
    this.router = new MemoryRouter(fake.sockets, fake.clock, fake.env.defer);
  }

  /** Attaches a new tab. Throws if the hub refuses it. */
  join(changes: Partial<SessionConfig> = {}): FakeTab {
    const { tab, answer } = this.tryToJoin(changes);
    if (!answer.ok) throw new Error(answer.error.message);
    return tab;
  }

  /** Attaches a new tab that its user does not see. */
  joinHidden(): FakeTab {
    return this.tryToJoin({}, undefined, { isHidden: true }).tab;
  }

  /** Attaches a new tab, which the hub may refuse. */
  tryToJoin(
    changes: Partial<SessionConfig> = {},
    prepare: (tab: FakeTab) => void = () => undefined,
    hello: Pick<TabHello, "wasOnline" | "isHidden" | "isOffline" | "former"> = {},
    own: Pick<ConnectConfig, "isFatal"> = {},
  ) {
    this.#lastTab += 1;
    const tab = new FakeTab(`tab-${this.#lastTab}` as TabId);
    prepare(tab);
    this.fake.locks.take(tabLock(tab.id));
    const access = changes.urls === undefined ? {} : { access: { urls: changes.urls } };
    const session = { ...connectConfig({ ...this.config, ...access, ...changes }), ...own };
    const answer = this.attach(tab, session, hello);
    if (answer.ok) this.tabs.push(tab);
    return { tab, answer };
  }

  /** Attaches a tab to the hub. */
  protected attach(
    tab: FakeTab,
    session: ConnectConfig,
    hello: Pick<TabHello, "wasOnline" | "isHidden" | "isOffline" | "former">,
  ): AttachAnswer {
    const { answer, port }: Attachment = this.hub.attach(
      { contract: CONTRACT_VERSION, tab: tab.id, session, codecUrls: [], ...hello },
      this.reach(tab),
    );
    tab.port = port;
    if (answer.ok) tab.hello = answer.hello;
    return answer;
  }

  /** Returns a tab as the hub reaches it. */
  protected reach(tab: FakeTab): TabPeer {
    return tab;
  }

  /** Makes a tab vanish: its Web Lock is released, and it sends no message. */
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

  /** The first session of the hub. */
  get session() {
    const [session] = this.hub.inspect().sessions;
    if (session === undefined) throw new Error("There is no session");
    return session;
  }

  /**
   * Lists what remains in the hub after a long time, and after every tab has left, together with the violations of the router's
   * rules; the expected list is empty.
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

  /** Removes a tab from those that `leftovers` makes leave. */
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

/** Returns a world that is online with the given number of tabs. */
export async function startWorld(tabs = 2, changes: Partial<SessionConfig> = {}): Promise<World> {
  const world = prepareWorld(changes);
  for (let index = 0; index < tabs; index += 1) world.join();
  await world.settle();
  return world;
}

/** Returns a world that is online with three tabs. */
export async function startTabs(changes: Partial<SessionConfig> = {}) {
  const world = prepareWorld(changes);
  const [a, b, c] = [world.join(), world.join(), world.join()];
  await world.settle();
  return { world, router: world.router, a, b, c };
}

/** Returns a world without tabs. */
export function prepareWorld(changes: Partial<SessionConfig> = {}): World {
  const world = new World(createFakeEnvironment(), sessionConfig(changes));
  worlds.push(world);
  return world;
}

/** Lists the remainders of the worlds of one test; the expected list is empty. */
export async function leftovers(): Promise<string[]> {
  const ended = worlds;
  worlds = [];
  const left = await Promise.all(ended.map((world) => world.leftovers()));
  return left.flat();
}

export const json = (...args: readonly unknown[]): Payload => jsonPayloads.encodePayload(args);
