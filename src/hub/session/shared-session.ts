import { createReconnector } from "../../connection/reconnector.js";
import type { Reconnector } from "../../connection/reconnector.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import type { SessionInspection, TabHello } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { UnaskedEvent } from "../../protocol/session-events.js";
import type { Environment } from "../environment.js";
import { offline, revoked, sessionClosed } from "../error-records.js";
import { EventBatcher } from "../tab/event-batcher.js";
import { createPromptPace, createSlowPace } from "../tab/event-coalescer.js";
import type { EventCoalescer } from "../tab/event-coalescer.js";
import { NoticeSender } from "../tab/notice-sender.js";
import { Scheduler } from "../tab/scheduler.js";
import { Tab } from "../tab/tab.js";
import type { TabPeer } from "../tab/tab.js";
import { Credentials } from "./credentials.js";
import { createFeatures } from "./features.js";
import type { Features } from "./features.js";
import { addTraffic, inspectSession } from "./inspection.js";
import type { Traffic } from "./inspection.js";
import { takeBatch } from "./request-intake.js";
import { createResumeRecord, readResumeRecord, writeResumeRecord } from "./resume-record.js";
import type { ResumeRecord } from "./resume-record.js";

/** A tab `left` if it announced its departure; it `vanished` if its Web Lock was released without an announcement. */
export type Departure = "left" | "vanished";

/** One WAMP session and the tabs that share it. */
export class SharedSession {
  readonly config: SessionConfig;
  readonly credentials: Credentials;
  readonly features: Features;
  readonly #env: Environment;
  readonly #paces: { readonly visible: EventCoalescer; readonly hidden: EventCoalescer };
  readonly #batcher: EventBatcher;
  readonly #tabs = new Map<TabId, Tab>();
  /** Tabs for which alone the session is closed, until they have left. */
  readonly #expelled = new Set<Tab>();
  readonly #reconnector: Reconnector;
  readonly #scheduler: Scheduler;
  /** Resolves when the session is closed, after GOODBYE. */
  readonly closed: Promise<void>;
  #setClosed: (after: Promise<void>) => void = () => undefined;
  /** Resolves when the previous session is closed. */
  #predecessor = Promise.resolve();
  #closing = false;
  #stopLinger: () => void = () => undefined;
  /** The stored record. */
  #record: ResumeRecord | undefined;
  #earlierTraffic: Traffic = { sent: 0, received: 0 };

  constructor(config: SessionConfig, env: Environment) {
    this.config = config;
    this.#env = env;
    const visible = createPromptPace(env.pause);
    const { hiddenPace } = config;
    const hidden = hiddenPace === 0 ? visible : createSlowPace((task) => env.clock.after(hiddenPace, task));
    this.#paces = { visible, hidden };
    this.#batcher = new EventBatcher(env.codecs);
    this.closed = new Promise((resolve) => (this.#setClosed = resolve));
    const session = (): WireSession | undefined => this.openSession;
    this.credentials = new Credentials(config, env.clock, (tab, reason) => this.#expel(tab, reason));
    this.#scheduler = new Scheduler(env, session);
    this.features = createFeatures(env, config, session, this.#scheduler);
    this.#reconnector = createReconnector(env, config, {
      status: (status) => this.#statusChanged(status),
      online: (welcomed) => this.#online(welcomed),
      received: (event) => this.#received(event),
      lost: (lost, error) => this.#sessionLost(lost, error),
      secret: () => this.credentials.secret(),
      address: (index) => this.credentials.address(index),
      refused: (disconnection) => this.credentials.refused(disconnection),
      redacted: (error) => this.credentials.redacted(error),
    });
  }

  get status(): StatusRecord {
    return this.#reconnector.status;
  }

  /** The session on which requests can be made. */
  get openSession(): WireSession | undefined {
    const { session } = this.#reconnector;
    return session?.open === true ? session : undefined;
  }

  /** True once the session is closed or about to be closed, so that a joining tab needs another session. */
  get closing(): boolean {
    return this.#closing;
  }

  /** True if no tab is attached. */
  get isLingering(): boolean {
    return this.#tabs.size === 0;
  }

  /** Connects once `predecessor` has resolved; the URL of the last session is tried first. */
  async start(predecessor = Promise.resolve()): Promise<void> {
    this.#predecessor = predecessor;
    await predecessor;
    this.#record = await readResumeRecord(this.#env.store, this.config);
    this.#reconnector.start(this.#record?.url, this.credentials.wasAccepted);
  }

  reconnectNow(): void {
    this.#reconnector.reconnectNow();
  }

  has(id: TabId): boolean {
    return this.#tabs.has(id);
  }

  /** @param peer the page of the tab */
  add({ tab: id, session: config, wasOnline, isHidden = false }: TabHello, peer: TabPeer): Tab {
    const notices = new NoticeSender(peer, this.#pace(isHidden), this.#batcher, this.#env.log);
    const tab = new Tab(id, peer, notices, this.#scheduler.open(), this.#env.clock);
    this.#tabs.set(id, tab);
    this.credentials.add(tab, config, wasOnline);
    return tab;
  }

  /** Releases everything that belongs to a tab; the departure of the last tab closes the session, at once or after the linger time. */
  async remove(tab: Tab, departure: Departure): Promise<void> {
    if (this.#expelled.delete(tab)) return tab.close();
    if (this.#tabs.get(tab.id) !== tab) return;
    this.#release(tab, departure);
    tab.close();
    this.#scheduler.pump();
    if (this.#tabs.size > 0) return;
    if (departure === "left") return this.close();
    this.#linger();
  }

  /** Closes the session for all tabs, with GOODBYE. Nothing can resume it from then on, so its token is removed from the store. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stopLinger();
    await Promise.all([this.#reconnector.close("wamp.close.normal"), this.#forgetToken()]);
  }

  async #forgetToken(): Promise<void> {
    // A session that ends right after its start has not read what a lost worker left.
    const record = this.#record ?? (await readResumeRecord(this.#env.store, this.config));
    if (typeof record?.resumeToken === "string") await this.#store({ ...record, resumeToken: null });
  }

  /** Accepts the requests of a tab, unless it is already known to have vanished. */
  take(tab: Tab, batch: readonly TabRequest[]): void {
    if (this.#tabs.get(tab.id) !== tab) return;
    takeBatch(this, tab, batch, this.#env.log);
    this.#scheduler.pump();
  }

  /** Gives the events of a tab the pace of the hidden ones or of the visible ones. */
  setHidden(tab: Tab, isHidden: boolean): void {
    tab.notices.changePace(this.#pace(isHidden));
  }

  inspect(): SessionInspection {
    const { session } = this.#reconnector;
    const traffic = addTraffic(this.#earlierTraffic, session);
    return inspectSession(this, [...this.#tabs.values()], session, traffic);
  }

  #pace(isHidden: boolean): EventCoalescer {
    return isHidden ? this.#paces.hidden : this.#paces.visible;
  }

  #received(event: UnaskedEvent): void {
    const { subscriptions, registrations, invocations } = this.features;
    switch (event.type) {
      case "EVENT":
        return subscriptions.received(event);
      case "INVOCATION": {
        const { session } = this.#reconnector;
        return session && invocations.received(event, session);
      }
      case "INTERRUPT":
        return invocations.interrupted(event.request, event.options);
      case "UNSUBSCRIBED":
        return subscriptions.revoked(event.id, revoked("subscription", event));
      case "UNREGISTERED":
        return registrations.revoked(event.id, revoked("registration", event));
    }
  }

  #online(session: WireSession): void {
    // Nothing of a tab with another secret may be sent.
    this.credentials.accepted();
    this.features.subscriptions.restore();
    this.features.registrations.restore();
    void this.#store(createResumeRecord(this.config, session));
  }

  #store(record: ResumeRecord): Promise<void> {
    this.#record = record;
    return writeResumeRecord(this.#env.store, this.config, record);
  }

  #sessionLost(session: WireSession, error: ErrorRecord): void {
    this.#earlierTraffic = addTraffic(this.#earlierTraffic, session);
    const { subscriptions, registrations, invocations, exclusions } = this.features;
    subscriptions.sessionLost(error);
    registrations.sessionLost(error);
    invocations.sessionLost();
    exclusions.sessionLost();
    this.#scheduler.sessionLost();
    for (const tab of this.#tabs.values()) {
      for (const request of tab.requests.values()) if (request.offline === "fail") request.giveUp(offline());
    }
  }

  #statusChanged(status: StatusRecord): void {
    for (const { notices } of this.#tabs.values()) {
      notices.push({ kind: "status", status, storage: this.#env.store.status });
    }
    if (status.state === "online") this.#scheduler.pump();
    if (status.state === "closed") this.#closedBecause(status.reason);
  }

  #closedBecause(reason: ErrorRecord): void {
    this.#closing = true;
    this.#stopLinger();
    for (const tab of this.#tabs.values()) {
      for (const request of tab.requests.values()) request.giveUp(sessionClosed(reason));
    }
    this.#setClosed(this.#predecessor);
  }

  /** Releases the state of a tab. */
  #release(tab: Tab, departure: Departure): void {
    this.#tabs.delete(tab.id);
    this.credentials.remove(tab);
    const { registrations, invocations, subscriptions, exclusions } = this.features;
    this.#scheduler.close(tab.queue);
    registrations.release(tab);
    invocations.release(tab);
    subscriptions.release(tab, this.#tabs.size === 0 && departure === "vanished");
    exclusions.release(tab);
  }

  /** Closes the session for one tab, as `#closedBecause` does for all. */
  #expel(tab: Tab, reason: ErrorRecord): void {
    for (const request of tab.requests.values()) request.giveUp(sessionClosed(reason));
    this.#release(tab, "left");
    this.#expelled.add(tab);
    const status: StatusRecord = { state: "closed", reason };
    tab.notices.push({ kind: "status", status, storage: this.#env.store.status });
    if (this.#tabs.size === 0) this.#linger();
  }

  #linger(): void {
    this.#stopLinger();
    this.#stopLinger = this.#env.clock.after(this.config.linger, () => this.#lingered());
  }

  /** Closes the session, or, if a tab has joined since, ends the subscriptions that no tab has requested again. */
  #lingered(): void {
    if (this.#tabs.size === 0) void this.close();
    else this.features.subscriptions.sweep();
  }
}
