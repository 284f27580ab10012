import { createReconnector } from "../../connection/reconnector.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { createOutbox } from "../outbox/outbox.js";
import { storageStatus } from "../storage-status.js";
import { loggedOut, offline, sessionClosed } from "../error-records.js";
import { EventBatcher } from "../tab/event-batcher.js";
import { createPromptPace, createSlowPace } from "../tab/event-coalescer.js";
import type { EventCoalescer } from "../tab/event-coalescer.js";
import { NoticeSender } from "../tab/notice-sender.js";
import { TabReader } from "../tab/tab-reader.js";
import { createScheduler } from "../tab/scheduler.js";
import { Tab } from "../tab/tab.js";
import type { TabPeer } from "../tab/tab.js";
import type { JudgedHello } from "./admission.js";
import { createCredentials } from "./credentials.js";
import { createFeatures } from "./features.js";
import { addTraffic, inspectSession } from "./inspection.js";
import type { Traffic } from "./inspection.js";
import { receiveUnasked } from "./receive-unasked.js";
import { takeBatch } from "./request-intake.js";
import {
  createResumeRecord,
  readResumeRecord,
  removeResumeRecord,
  writeResumeRecord,
} from "./resume-record.js";
import type { ResumeRecord } from "./resume-record.js";

/** Number of times that a session without tabs lingers on because its outbox drains. */
const LINGERS = 12;

/** A tab `left` if it announced its departure; it `vanished` if its Web Lock was released without an announcement. */
export type Departure = "left" | "vanished";

/** One WAMP session and the tabs that share it. */
export function createSharedSession(config: SessionConfig, env: Environment) {
  const visiblePace = createPromptPace(env.pause);
  const { hiddenPace: delay } = config;
  const hiddenPace =
    delay === 0 ? visiblePace : createSlowPace((task) => env.clock.after(delay, task), visiblePace);
  const batcher = new EventBatcher(env.codecs);
  const tabs = new Map<TabId, Tab>();
  /** Tabs for which alone the session is closed, until they have left. */
  const expelled = new Set<Tab>();
  /** Resolves when the previous session is closed. */
  let predecessor = Promise.resolve();
  let closing = false;
  let isLogout = false;
  let stopLinger = (): void => undefined;
  let lingers = 0;
  let toldStorage = storageStatus(env).kind;
  /** The stored record. */
  let storedRecord: ResumeRecord | undefined;
  let earlierTraffic: Traffic = { sent: 0, received: 0 };
  let setClosed: (after: Promise<void>) => void = () => undefined;
  const closed = new Promise<void>((resolve) => (setClosed = resolve));

  const paceOf = (isHidden: boolean): EventCoalescer => (isHidden ? hiddenPace : visiblePace);

  const openSession = (): WireSession | undefined => {
    const { session } = reconnector;
    return session?.open === true ? session : undefined;
  };

  const close = async (): Promise<void> => {
    closing = true;
    stopLinger();
    await Promise.all([reconnector.close("wamp.close.normal"), forgetToken()]);
  };

  const logout = async (kept?: "keep" | "wipe"): Promise<void> => {
    if (closing) return;
    closing = isLogout = true;
    storedRecord = undefined;
    stopLinger();
    outbox.close();
    // Nothing is stored from here on.
    await Promise.all([removeResumeRecord(env.store, config), kept === "keep" ? undefined : outbox.wipe()]);
    await reconnector.close("wamp.close.normal");
  };

  const forgetToken = async (): Promise<void> => {
    if (isLogout) return;
    // A session that ends right after its start has not read what a lost worker left.
    const record = storedRecord ?? (await readResumeRecord(env.store, config));
    if (typeof record?.resumeToken === "string") await store({ ...record, resumeToken: null });
  };

  const online = (session: WireSession, provenBy: string | undefined): void => {
    // Nothing of a tab with another secret may be sent.
    credentials.accepted(provenBy);
    features.subscriptions.restore();
    features.registrations.restore();
    if (!isLogout) void store(createResumeRecord(config, session)).then(storageChanged);
    outbox.online(session);
  };

  const store = (record: ResumeRecord): Promise<void> => {
    storedRecord = record;
    return writeResumeRecord(env.store, config, record);
  };

  const sessionLost = (session: WireSession, error: ErrorRecord): void => {
    earlierTraffic = addTraffic(earlierTraffic, session);
    const { subscriptions, registrations, invocations, exclusions } = features;
    subscriptions.sessionLost(error);
    registrations.sessionLost(error);
    invocations.sessionLost();
    exclusions.sessionLost();
    scheduler.sessionLost();
    for (const { requests } of tabs.values())
      for (const request of requests.values()) if (request.offline === "fail") request.giveUp(offline());
  };

  const statusChanged = (changed: StatusRecord): void => {
    const status: StatusRecord =
      isLogout && changed.state === "closed" ? { state: "closed", reason: loggedOut(), isLogout } : changed;
    const storage = storageStatus(env);
    toldStorage = storage.kind;
    for (const { notices } of tabs.values()) notices.push({ kind: "status", status, storage });
    if (status.state === "online") scheduler.pump();
    if (status.state === "closed") closedBecause(status.reason);
  };

  /** Tells the tabs that the storage works or fails, if they have been told otherwise. */
  const storageChanged = (): void => {
    const { status } = reconnector;
    if (status.state === "closed" || storageStatus(env).kind === toldStorage) return;
    statusChanged(status);
  };

  const closedBecause = (reason: ErrorRecord): void => {
    closing = true;
    stopLinger();
    outbox.close();
    credentials.withdrawQuestions();
    for (const { requests } of tabs.values())
      for (const request of requests.values()) request.giveUp(sessionClosed(reason));
    setClosed(predecessor);
  };

  /** Releases the state of a tab. */
  const release = (tab: Tab, departure: Departure): void => {
    tabs.delete(tab.id);
    credentials.remove(tab);
    const { registrations, invocations, subscriptions, exclusions } = features;
    scheduler.close(tab.queue);
    registrations.release(tab);
    invocations.release(tab);
    subscriptions.release(tab, tabs.size === 0 && departure === "vanished");
    exclusions.release(tab);
    outbox.watch(tab, false);
  };

  /** Closes the session for one tab, as `closedBecause` does for all. */
  const expel = (tab: Tab, reason: ErrorRecord): void => {
    for (const request of tab.requests.values()) request.giveUp(sessionClosed(reason));
    release(tab, "left");
    expelled.add(tab);
    const status: StatusRecord = { state: "closed", reason };
    tab.notices.push({ kind: "status", status, storage: storageStatus(env) });
    if (tabs.size === 0) linger();
  };

  const linger = (): void => {
    stopLinger();
    if (!closing) stopLinger = env.clock.after(config.linger, () => lingered());
  };

  /** Closes the session unless its outbox drains, which may take a while, or, if a tab has joined since, ends the subscriptions that no tab has requested again. */
  const lingered = (): void => {
    if (tabs.size === 0 && outbox.isDraining && (lingers += 1) <= LINGERS) linger();
    else if (tabs.size === 0) void close();
    else features.subscriptions.sweep();
  };

  const credentials = createCredentials(config, env.clock, expel, (question) => reconnector.asking(question));
  const scheduler = createScheduler(env, openSession);
  const features = createFeatures(env, config, openSession, scheduler);
  const outbox = createOutbox(env, config, {
    ...features,
    openSession,
    queue: scheduler.open(),
    pump: () => scheduler.pump(),
    isAttached: (tab) => tabs.get(tab.id) === tab,
    storageChanged,
  });
  const reconnector = createReconnector(env, config, credentials, {
    status: statusChanged,
    online,
    received: (event) => receiveUnasked(features, reconnector.session, event),
    lost: sessionLost,
  });

  const session = {
    config,

    credentials,

    features,

    outbox,

    /** Resolves when the session is closed, after GOODBYE. */
    closed,

    get status(): StatusRecord {
      return reconnector.status;
    },

    /** The session on which requests can be made. */
    get openSession(): WireSession | undefined {
      return openSession();
    },

    /** True once the session is closed or about to be closed, so that a joining tab needs another session. */
    get closing(): boolean {
      return closing;
    },

    /** True if no tab is attached. */
    get isLingering(): boolean {
      return tabs.size === 0;
    },

    /** Connects once `predecessor` has resolved; the URL of the last session is tried first. */
    async start(after = Promise.resolve()): Promise<void> {
      predecessor = after;
      await predecessor;
      outbox.start();
      storedRecord = await readResumeRecord(env.store, config);
      reconnector.start(storedRecord?.url, credentials.wasAccepted);
    },

    reconnectNow(): void {
      reconnector.reconnectNow();
    },

    has(id: TabId): boolean {
      return tabs.has(id);
    },

    /** @param peer the page of the tab */
    add({ tab: id, session: own, wasOnline, isHidden = false, unreadable }: JudgedHello, peer: TabPeer): Tab {
      const reader = new TabReader(env.codecs, unreadable);
      const notices = new NoticeSender(peer, paceOf(isHidden), batcher, env.log, reader);
      const tab = new Tab(id, peer, { notices, reader, queue: scheduler.open() }, env.clock);
      tab.isHidden = isHidden;
      tabs.set(id, tab);
      credentials.add(tab, own, wasOnline);
      lingers = 0;
      return tab;
    },

    /** Releases everything that belongs to a tab; the departure of the last tab closes the session, at once or after the linger time. */
    async remove(tab: Tab, departure: Departure): Promise<void> {
      if (expelled.delete(tab)) return tab.close();
      if (tabs.get(tab.id) !== tab) return;
      release(tab, departure);
      tab.close();
      scheduler.pump();
      if (tabs.size > 0) return;
      if (departure === "left") return closing ? closed : close();
      linger();
    },

    /** Closes the session for all tabs, with GOODBYE. Nothing can resume it from then on, so its token is removed from the store. */
    close,

    logout,

    /** Accepts the requests of a tab, unless it is already known to have vanished. */
    take(tab: Tab, batch: readonly TabRequest[]): void {
      if (tabs.get(tab.id) !== tab) return;
      takeBatch(session, tab, batch, env.log);
      scheduler.pump();
    },

    /** Gives the events of a tab the pace of the hidden ones or of the visible ones. */
    setHidden(tab: Tab, isHidden: boolean): void {
      tab.isHidden = isHidden;
      tab.notices.changePace(paceOf(isHidden));
    },

    inspect(): SessionInspection {
      const traffic = addTraffic(earlierTraffic, reconnector.session);
      return inspectSession(session, [...tabs.values()], reconnector.session, traffic);
    },
  };
  return session;
}

export type SharedSession = ReturnType<typeof createSharedSession>;
