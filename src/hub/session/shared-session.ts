import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { loggedOut, offline, reauthenticated, sessionClosed } from "../error-records.js";
import { EventBatcher } from "../tab/event-batcher.js";
import { createPromptPace, createSlowPace } from "../tab/event-coalescer.js";
import type { EventCoalescer } from "../tab/event-coalescer.js";
import { NoticeSender } from "../tab/notice-sender.js";
import { TabReader } from "../tab/tab-reader.js";
import { createScheduler } from "../tab/scheduler.js";
import { Tab } from "../tab/tab.js";
import type { TabPeer } from "../tab/tab.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { JudgedHello } from "./admission.js";
import { createFatalJudge } from "./fatal-judge.js";
import { createFeatures } from "./features.js";
import { addTraffic, inspectSession } from "./inspection.js";
import type { Traffic } from "./inspection.js";
import { createLogins } from "./logins.js";
import { createNetworkSigns } from "./network-signs.js";
import { takeBatch } from "./request-intake.js";
import {
  createResumeRecord,
  readResumeRecord,
  removeResumeRecord,
  writeResumeRecord,
} from "./resume-record.js";
import type { ResumeRecord } from "./resume-record.js";
import { takeEvent } from "./take-event.js";

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
  /** The stored record. */
  let storedRecord: ResumeRecord | undefined;
  let earlierTraffic: Traffic = { sent: 0, received: 0 };
  let setClosed: (after: Promise<void>) => void = () => undefined;
  const closed = new Promise<void>((resolve) => (setClosed = resolve));

  const paceOf = (isHidden: boolean): EventCoalescer => (isHidden ? hiddenPace : visiblePace);

  const giveUp: Tab["giveUp"] = (errorFor) => {
    for (const tab of tabs.values()) tab.giveUp(errorFor);
  };

  const openSession = (): WireSession | undefined => {
    const { session } = logins.reconnector;
    return session?.open === true ? session : undefined;
  };

  const close = async (): Promise<void> => {
    closing = true;
    stopLinger();
    await Promise.all([logins.close(), forgetToken(), features.seen.flush()]);
  };

  const logout = async (): Promise<void> => {
    if (closing) return;
    closing = isLogout = true;
    storedRecord = undefined;
    stopLinger();
    // Nothing is stored from here on.
    await removeResumeRecord(env.store, config);
    await features.seen.wipe();
    await logins.close();
  };

  const forgetToken = async (): Promise<void> => {
    if (isLogout) return;
    // A session that ends right after its start has not read what a lost worker left.
    const record = storedRecord ?? (await readResumeRecord(env.store, config));
    if (typeof record?.resumeToken === "string") await store({ ...record, resumeToken: null });
  };

  const online = (session: WireSession): void => {
    if (!features.seen.welcomed(session.details)) features.subscriptions.forgetSeen();
    features.subscriptions.restore();
    features.registrations.restore();
    if (!isLogout) void store(createResumeRecord(config, session));
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
    giveUp((request) => (request.offline === "fail" ? offline() : undefined));
  };

  const tellStatus = (tab: Tab, status: StatusRecord): void => {
    tab.isStale = false;
    tab.notices.push({ kind: "status", status, storage: env.store.status });
  };

  const statusChanged = (changed: StatusRecord): void => {
    const status: StatusRecord =
      isLogout && changed.state === "closed" ? { state: "closed", reason: loggedOut(), isLogout } : changed;
    for (const tab of tabs.values()) tellStatus(tab, status);
    if (status.state === "online") scheduler.pump();
    if (status.state === "closed") closedBecause(status.reason);
  };

  const closedBecause = (reason: ErrorRecord): void => {
    closing = true;
    stopLinger();
    logins.withdrawQuestions();
    giveUp(() => sessionClosed(reason));
    setClosed(Promise.all([predecessor, logins.ended]).then(() => undefined));
  };

  /** Releases the state of a tab. */
  const release = (tab: Tab, departure: Departure): void => {
    tabs.delete(tab.id);
    logins.remove(tab);
    judge.remove(tab);
    signs.remove(tab);
    const { registrations, invocations, subscriptions, exclusions } = features;
    scheduler.close(tab.queue);
    registrations.release(tab);
    invocations.release(tab);
    subscriptions.release(tab, tabs.size === 0 && departure === "vanished");
    exclusions.release(tab);
    // The browser may be closing.
    if (tabs.size === 0) void features.seen.flush();
  };

  /** Closes the session for one tab, as `closedBecause` does for all. */
  const expel = (tab: Tab, reason: ErrorRecord): void => {
    tab.giveUp(() => sessionClosed(reason));
    release(tab, "left");
    expelled.add(tab);
    tellStatus(tab, { state: "closed", reason });
    if (tabs.size === 0) linger();
  };

  const linger = (): void => {
    stopLinger();
    if (closing) return;
    stopLinger = env.clock.after(config.linger, () => lingered());
  };

  /** Closes the session, or, if a tab has joined since, ends the subscriptions that no tab has requested again. */
  const lingered = (): void => {
    if (tabs.size === 0) void close();
    else features.subscriptions.sweep();
  };

  const judge = createFatalJudge(env.clock);
  const scheduler = createScheduler(env, openSession);
  const features = createFeatures(env, config, openSession, scheduler);
  const logins = createLogins(config, env, expel, {
    status: statusChanged,
    measured: (status) => {
      for (const tab of tabs.values())
        if (tab.isHidden) tab.isStale = true;
        else tellStatus(tab, status);
    },
    isNeeded: () => tabs.size > 0,
    isFatal: judge.judge,
    online,
    received: (event) => takeEvent(event, features, logins.reconnector.session),
    lost: sessionLost,
  });
  const signs = createNetworkSigns(env.clock, logins);

  const session = {
    /** The configuration, with the credentials that the tabs know of. */
    get config(): SessionConfig {
      return logins.config;
    },

    logins,

    features,

    /** Resolves when the session is closed, after GOODBYE. */
    closed,

    get status(): StatusRecord {
      return logins.reconnector.status;
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
      [storedRecord] = await Promise.all([readResumeRecord(env.store, config), features.seen.read()]);
      logins.start(storedRecord?.url);
    },

    reconnectNow(): void {
      logins.reconnector.reconnectNow();
    },

    has(id: TabId): boolean {
      return tabs.has(id);
    },

    /** @param peer the page of the tab */
    add(hello: JudgedHello, peer: TabPeer): Tab {
      const { tab: id, session: own, wasOnline, isHidden = false, isOffline = false, unreadable } = hello;
      const reader = new TabReader(env.codecs, unreadable);
      const notices = new NoticeSender(peer, paceOf(isHidden), batcher, env.log, reader);
      const tab = new Tab(id, peer, { notices, reader, queue: scheduler.open() }, env.clock);
      tab.isHidden = isHidden;
      tabs.set(id, tab);
      logins.add(tab, own, wasOnline, hello.former);
      if (hello.judges) judge.add(tab);
      signs.setHidden(tab, isHidden);
      signs.say(tab, !isOffline);
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

    /** Closes the session as `close` does, and wipes what is stored of it. */
    logout,

    /** Gives the session the credentials of a tab. Nothing that was asked of the router as one identity is sent as another. */
    reauthenticate(tab: Tab, auth: readonly AuthConfig[], pending: PendingRequest): void {
      giveUp((request) => (request.isPersonal ? reauthenticated(request.sent) : undefined));
      storedRecord = undefined;
      logins.reauthenticate(tab, auth, pending, [predecessor, removeResumeRecord(env.store, config)]);
    },

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
      if (tabs.get(tab.id) !== tab) return;
      signs.setHidden(tab, isHidden);
      if (!isHidden && tab.isStale) tellStatus(tab, logins.reconnector.status);
    },

    /** A tab has seen that the browser has a network again, or none. */
    networkChanged(tab: Tab, isOnline: boolean): void {
      if (tabs.get(tab.id) === tab) signs.changed(tab, isOnline);
    },

    inspect(): SessionInspection {
      const traffic = addTraffic(earlierTraffic, logins.reconnector.session);
      return inspectSession(session, [...tabs.values()], logins.reconnector.session, traffic);
    },
  };
  return session;
}

export type SharedSession = ReturnType<typeof createSharedSession>;
