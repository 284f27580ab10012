import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Event, Interrupt, Invocation } from "../../protocol/messages.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { Calls } from "../rpc/calls.js";
import { Reconnector } from "../../connection/reconnector.js";
import { Credentials } from "./credentials.js";
import type { Environment } from "../environment.js";
import { hubFault, offline, overflow, sessionClosed } from "../error-records.js";
import { refuseTooLarge, requestSize } from "../validation/wire-payload.js";
import { EventBatcher } from "../tab/event-batcher.js";
import { EventCoalescer } from "../tab/event-coalescer.js";
import { NoticeSender } from "../tab/notice-sender.js";
import { SendQueue } from "../tab/send-queue.js";
import { Invocations } from "../rpc/invocations.js";
import { validateRequest, cancelModeOr } from "../validation/validate-request.js";
import { Publications } from "../pubsub/publications.js";
import { PublisherExclusions } from "../pubsub/publisher-exclusions.js";
import { Registrations } from "../rpc/registrations.js";
import { readResumeRecord, writeResumeRecord } from "./resume.js";
import { Scheduler } from "../tab/scheduler.js";
import { Subscriptions } from "../pubsub/subscriptions.js";
import { Tab } from "../tab/tab.js";
import type { TabPeer } from "../tab/tab.js";
import type { UnaskedEvent, WireSession } from "../../connection/wire-session.js";

/** How a tab ends: it said so, or its Web Lock was released without a word. */
export type Departure = "left" | "vanished";

/** One WAMP session and the tabs that share it. */
export class SharedSession {
  readonly config: SessionConfig;
  readonly credentials: Credentials;
  readonly #env: Environment;
  readonly #closed: () => void;
  readonly #coalescer: EventCoalescer;
  readonly #batcher: EventBatcher;
  readonly #tabs = new Map<TabId, Tab>();
  readonly #reconnector: Reconnector;
  readonly #scheduler: Scheduler;
  readonly #calls: Calls;
  readonly #publications: Publications;
  readonly #exclusions: PublisherExclusions;
  readonly #subscriptions: Subscriptions;
  readonly #registrations: Registrations;
  readonly #invocations: Invocations;
  /** Resolves when the session is over, after GOODBYE. */
  readonly over: Promise<void>;
  #setOver: (after: Promise<void>) => void = () => undefined;
  /** When the session before this one is over. */
  #predecessor = Promise.resolve();
  #closing = false;
  #stopLinger: () => void = () => undefined;
  /** Messages of the sessions that are over. */
  #earlier = { sent: 0, received: 0 };

  /** `closed` is called once, when the session is over and a new one may be made. */
  constructor(config: SessionConfig, env: Environment, closed: () => void) {
    this.config = config;
    this.#env = env;
    this.#closed = closed;
    this.#coalescer = new EventCoalescer(env.pause);
    this.#batcher = new EventBatcher(env.serializers);
    this.over = new Promise((resolve) => (this.#setOver = resolve));
    const session = (): WireSession | undefined => this.#session;
    this.credentials = new Credentials(config.auth, () => this.#tabs.values(), env.clock);
    this.#scheduler = new Scheduler(env.clock, session);
    this.#calls = new Calls(env, config.maxMessageSize);
    this.#exclusions = new PublisherExclusions(env.clock);
    this.#subscriptions = new Subscriptions(env.clock, config.requestTimeout, session, this.#exclusions);
    this.#publications = new Publications(env, this.#subscriptions, config);
    this.#registrations = new Registrations(env, config.requestTimeout, session);
    this.#invocations = new Invocations(env, this.#registrations, config);
    this.#reconnector = new Reconnector(env, config, {
      status: (status) => this.#statusChanged(status),
      online: (welcomed) => this.#online(welcomed),
      received: (event) => this.#received(event),
      lost: (lost, error) => this.#sessionLost(lost, error),
      credential: () => this.credentials.get(),
    });
  }

  get status(): StatusRecord {
    return this.#reconnector.status;
  }

  /** Whether it is over or about to be, so that a tab that comes now needs another one. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Connects once `predecessor` is over; the URL that worked before is tried first. */
  async start(predecessor = Promise.resolve()): Promise<void> {
    this.#predecessor = predecessor;
    await predecessor;
    const resume = await readResumeRecord(this.#env.store, this.config);
    this.#reconnector.start(resume?.url);
  }

  reconnectNow(): void {
    this.#reconnector.reconnectNow();
  }

  add(id: TabId, peer: TabPeer): Tab {
    const notices = new NoticeSender(peer, this.#coalescer, this.#batcher, this.#env.log);
    const queue = new SendQueue(this.#env.clock, () => this.#scheduler.pump());
    const tab = new Tab(id, peer, notices, queue, this.#env.clock);
    this.#tabs.set(id, tab);
    this.#scheduler.add(tab.queue);
    return tab;
  }

  /** Releases everything of a tab; the last one's departure ends the session, at once or after a while. */
  async remove(tab: Tab, departure: Departure): Promise<void> {
    if (!this.#tabs.delete(tab.id)) return;
    const isLast = this.#tabs.size === 0;
    this.#scheduler.remove(tab.queue);
    this.#registrations.release(tab);
    this.#invocations.release(tab);
    this.#subscriptions.release(tab, isLast && departure === "vanished");
    this.#exclusions.release(tab);
    tab.close();
    this.#scheduler.pump();
    if (!isLast) return;
    this.#stopLinger();
    if (departure === "left") return this.#close();
    this.#stopLinger = this.#env.clock.after(this.config.linger, () => this.#lingered());
  }

  take(tab: Tab, batch: readonly TabRequest[]): void {
    // What a page posted last may come later than the news of its death.
    if (this.#tabs.get(tab.id) !== tab) return;
    for (const request of batch) {
      try {
        this.#takeOne(tab, request);
      } catch (cause) {
        // A fault of ours; the rest of the batch must not be lost with it.
        this.#env.log(`A "${request.kind}" could not be taken`, cause);
        if ("request" in request) tab.requests.get(request.request)?.reject(hubFault(request.kind, cause));
      }
    }
    this.#scheduler.pump();
  }

  inspect(): SessionInspection {
    const session = this.#reconnector.session;
    return {
      realm: this.config.realm,
      principal: this.config.principal,
      state: this.status.state,
      session: session?.id ?? null,
      tabs: [...this.#tabs.values()].map((tab) => ({
        ...tab.inspect(),
        subscriptions: this.#subscriptions.count(tab),
        registrations: tab.registrations.size,
        invocations: tab.invocations.size,
        held: this.#exclusions.count(tab),
      })),
      wireSubscriptions: this.#subscriptions.inspect(),
      wireRegistrations: this.#registrations.inspect(),
      pending: session?.pending ?? 0,
      invocations: this.#invocations.size,
      sent: this.#earlier.sent + (session?.sent ?? 0),
      received: this.#earlier.received + (session?.received ?? 0),
    };
  }

  /** The session on which requests can be made. */
  get #session(): WireSession | undefined {
    const { session } = this.#reconnector;
    return session?.open === true ? session : undefined;
  }

  #takeOne(tab: Tab, request: TabRequest): void {
    switch (request.kind) {
      case "cancel":
        return tab.requests
          .get(request.request)
          ?.cancel(cancelModeOr(request.mode), this.config.requestTimeout);
      case "begun":
        return this.#invocations.begun(tab, request.invocation);
      case "yield":
        return this.#invocations.yielded(tab, request);
      case "fail":
        return this.#invocations.failed(tab, request);
      default:
        return this.#takeAnswered(tab, request);
    }
  }

  #takeAnswered(tab: Tab, request: AnsweredRequest): void {
    const undoing = request.kind === "unsubscribe" || request.kind === "unregister";
    const timeout = undoing ? this.config.requestTimeout : request.timeout;
    const ask = tab.begin(request.request, timeout, undoing ? "wait" : request.offline);
    const refusal = this.#refusal(tab, request, ask);
    if (refusal !== undefined) return ask.reject(refusal);
    switch (request.kind) {
      case "call":
        return this.#calls.call(tab, request, ask);
      case "publish":
        return this.#publications.publish(
          { queue: tab.queue, exclusion: this.#exclusions.for(tab) },
          request,
          ask,
        );
      case "subscribe":
        return this.#subscriptions.subscribe(tab, request, ask);
      case "unsubscribe":
        return this.#subscriptions.unsubscribe(tab, request.subscription, ask);
      case "register":
        return this.#registrations.register(tab, request, ask);
      case "unregister":
        return this.#registrations.unregister(tab, request.registration, ask);
    }
  }

  #refusal(tab: Tab, request: AnsweredRequest, ask: PendingRequest): ErrorRecord | undefined {
    const { limits, uriRules } = this.config;
    if (this.status.state === "closed") return sessionClosed(this.status.reason);
    const judged = validateRequest(request, uriRules) ?? refuseTooLarge(request, this.config.maxMessageSize);
    if (judged !== undefined) return judged;
    if (tab.requests.size > limits.maxRequests)
      return overflow("maxRequests", tab.requests.size, limits.maxRequests);
    const bytes = tab.queue.bytes + requestSize(request);
    if (bytes > limits.maxQueuedBytes) return overflow("maxQueuedBytes", bytes, limits.maxQueuedBytes);
    return ask.offline === "fail" && this.#session === undefined ? offline() : undefined;
  }

  #received(event: UnaskedEvent): void {
    switch (event.kind) {
      case "message":
        return this.#receivedMessage(event.message);
      case "subscription-revoked":
        return this.#subscriptions.revoked(event.subscription, event.reason);
      case "registration-revoked":
        return this.#registrations.revoked(event.registration, event.reason);
    }
  }

  #receivedMessage(message: Event | Invocation | Interrupt): void {
    switch (message.type) {
      case "EVENT":
        return this.#subscriptions.received(message);
      case "INVOCATION": {
        const { session } = this.#reconnector;
        return session && this.#invocations.received(message, session);
      }
      case "INTERRUPT":
        return this.#invocations.interrupted(message.request, message.options);
    }
  }

  #online(session: WireSession): void {
    this.#subscriptions.restore(session);
    this.#registrations.restore(session);
    void writeResumeRecord(this.#env.store, this.config, session);
  }

  #sessionLost(session: WireSession, error: ErrorRecord): void {
    this.#earlier = {
      sent: this.#earlier.sent + session.sent,
      received: this.#earlier.received + session.received,
    };
    this.#subscriptions.sessionLost(error);
    this.#registrations.sessionLost(error);
    this.#invocations.sessionLost();
    this.#exclusions.sessionLost();
    for (const tab of this.#tabs.values()) {
      tab.queue.sessionLost();
      for (const ask of tab.requests.values()) if (ask.offline === "fail") ask.giveUp(offline());
    }
  }

  #statusChanged(status: StatusRecord): void {
    for (const { notices: outlet } of this.#tabs.values()) {
      outlet.push({ kind: "status", status, storage: this.#env.store.status });
    }
    if (status.state === "online") this.#scheduler.pump();
    if (status.state === "closed") this.#end(status.reason);
  }

  #end(reason: ErrorRecord): void {
    this.#closing = true;
    this.#stopLinger();
    for (const tab of this.#tabs.values()) {
      for (const ask of tab.requests.values()) ask.giveUp(sessionClosed(reason));
    }
    this.#setOver(this.#predecessor);
    void this.over.then(this.#closed);
  }

  /** A tab that came back meanwhile keeps the session, but not what nobody has asked for again. */
  #lingered(): void {
    if (this.#tabs.size === 0) void this.#close();
    else this.#subscriptions.sweep();
  }

  #close(): Promise<void> {
    this.#closing = true;
    return this.#reconnector.close("wamp.close.normal");
  }
}
