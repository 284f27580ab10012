import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { sessionKey } from "../../contract/identity.js";
import { createOutbox } from "../outbox/outbox.js";
import { storageStatus } from "../storage-status.js";
import { loggedOut, offline, reauthenticated, sessionClosed } from "../error-records.js";
import { EventBatcher } from "../tab/event-batcher.js";
import { NoticeSender } from "../tab/notice-sender.js";
import { createPaces } from "../tab/paces.js";
import { createScheduler } from "../tab/scheduler.js";
import { Tab } from "../tab/tab.js";
import type { TabPeer } from "../tab/tab.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { JudgedHello } from "./admission.js";
import { createFatalJudge } from "./fatal-judge.js";
import { createFeatures } from "./features.js";
import { addTraffic, inspectSession } from "./inspection.js";
import type { Traffic } from "./inspection.js";
import { createLinger } from "./linger.js";
import type { Departure } from "./linger.js";
import { createLogins } from "./logins.js";
import { createNetworkSigns } from "./network-signs.js";
import { takeBatch } from "./request-intake.js";
import { readerFor } from "./reader-for.js";
import { createSessionRecord } from "./session-record.js";
import { takeEvent } from "./take-event.js";

/** One WAMP session and the tabs that share it. */
export function createSharedSession(config: SessionConfig, env: Environment) {
  const paceOf = createPaces(env, config);
  const batcher = new EventBatcher(env.codecs);
  const tabs = new Map<TabId, Tab>();
  /** Tabs for which alone the session is closed, until they have left. */
  const expelled = new Set<Tab>();
  /** Resolves when the previous session is closed. */
  let predecessor = Promise.resolve();
  let closing = false;
  let isLogout = false;
  const record = createSessionRecord(env.store, config);
  let earlierTraffic: Traffic = { sent: 0, received: 0 };
  let setClosed: (after: Promise<void>) => void = () => undefined;
  const closed = new Promise<void>((resolve) => (setClosed = resolve));

  const giveUp: Tab["giveUp"] = (errorFor) => {
    for (const tab of tabs.values()) tab.giveUp(errorFor);
  };

  const openSession = (): WireSession | undefined => {
    const { session } = logins.reconnector;
    return session?.open === true ? session : undefined;
  };

  const close = async (): Promise<void> => {
    closing = true;
    linger.stop();
    await Promise.all([logins.close(), record.forgetToken(), features.seen.flush()]);
  };

  const logout = async (kept: "keep" | "wipe" = "wipe", isElsewhere = false): Promise<void> => {
    if (closing && !isElsewhere) return;
    if (!isElsewhere) env.channel.post({ owner: sessionKey(config), logout: kept });
    closing = isLogout = true;
    linger.stop();
    const wiped = kept === "keep" ? undefined : outbox.wipe(isElsewhere);
    void outbox.close();
    await Promise.all([record.finish(isElsewhere), features.seen.wipe(isElsewhere), wiped]);
    await logins.close();
  };

  const online = (session: WireSession): void => {
    if (!features.seen.welcomed(session.details)) features.subscriptions.forgetSeen();
    features.subscriptions.restore();
    features.registrations.restore();
    void record.keep(session);
    outbox.online(session);
  };

  const sessionLost = (session: WireSession, error: ErrorRecord): void => {
    earlierTraffic = addTraffic(earlierTraffic, session);
    const { subscriptions, registrations, invocations, exclusions } = features;
    subscriptions.sessionLost(error);
    registrations.sessionLost(error);
    invocations.sessionLost();
    exclusions.sessionLost();
    outbox.sessionLost();
    scheduler.sessionLost();
    giveUp((request) => (request.offline === "fail" ? offline() : undefined));
  };

  const tellStatus = (tab: Tab, status: StatusRecord): void => {
    const storage = storageStatus(env);
    tab.isStale = false;
    tab.toldStorage = storage.kind;
    tab.notices.push({ kind: "status", status, storage });
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
    linger.stop();
    logins.withdrawQuestions();
    giveUp(() => sessionClosed(reason));
    setClosed(Promise.all([predecessor, logins.ended, outbox.close()]).then(() => undefined));
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
    outbox.watch(tab, false);
    // The browser may be closing.
    if (tabs.size === 0) void features.seen.flush();
  };

  /** Closes the session for one tab, as `closedBecause` does for all. */
  const expel = (tab: Tab, reason: ErrorRecord): void => {
    tab.giveUp(() => sessionClosed(reason));
    release(tab, "left");
    expelled.add(tab);
    tellStatus(tab, { state: "closed", reason });
    if (tabs.size === 0 && !closing) linger.begin();
  };

  const linger = createLinger(env.clock, config.linger, {
    isEmpty: () => tabs.size === 0,
    isBusy: () => outbox.isDraining,
    close: () => void close(),
    sweep: () => features.subscriptions.sweep(),
  });
  const judge = createFatalJudge(env.clock);
  const scheduler = createScheduler(env, openSession);
  const features = createFeatures(env, config, openSession, scheduler);
  const outbox = createOutbox(env, config, {
    ...features,
    openSession,
    queue: scheduler.open(),
    pump: () => scheduler.pump(),
    isAttached: (tab) => tabs.get(tab.id) === tab,
  });
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
    outbox,

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
      outbox.start();
      const [url] = await Promise.all([record.read(), features.seen.read()]);
      logins.start(url);
    },

    /** Tells the tabs that the storage works or fails, if they have been told otherwise. */
    storageChanged(): void {
      for (const tab of tabs.values())
        if (!closing && tab.toldStorage !== storageStatus(env).kind) tellStatus(tab, session.status);
    },

    reconnectNow(): void {
      logins.reconnector.reconnectNow();
    },

    has(id: TabId): boolean {
      return tabs.has(id);
    },

    /** @param peer the page of the tab */
    add(hello: JudgedHello, peer: TabPeer): Tab {
      const { tab: id, session: own, wasOnline, isHidden = false, isOffline = false } = hello;
      const reader = readerFor(env.codecs, config, hello);
      const notices = new NoticeSender(peer, paceOf(isHidden), batcher, env.log, reader);
      const tab = new Tab(id, peer, { notices, reader, queue: scheduler.open() }, env.clock);
      tab.isHidden = isHidden;
      tab.toldStorage = storageStatus(env).kind;
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
      if (!closing) linger.begin();
    },

    /** Closes the session for all tabs, with GOODBYE. Nothing can resume it from then on, so its token is removed from the store. */
    close,

    /** Closes the session as `close` does, and wipes what is stored of it; also those of other hubs, unless one of them has said so. */
    logout,

    /** Gives the session the credentials of a tab. Nothing that was asked of the router as one identity is sent as another. */
    reauthenticate(tab: Tab, auth: readonly AuthConfig[], pending: PendingRequest): void {
      giveUp((request) => (request.isPersonal ? reauthenticated(request.sent) : undefined));
      logins.reauthenticate(tab, auth, pending, [predecessor, record.wipe()]);
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
