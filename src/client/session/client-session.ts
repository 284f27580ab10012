import type { ErrorRecord } from "../../contract/errors.js";
import type { Asked, HubHello, Inspection } from "../../contract/port.js";
import type { Notice } from "../../contract/notices.js";
import type { TabRequest } from "../../contract/requests.js";
import type { StatusRecord, StorageStatus } from "../../contract/status.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { CloseReason } from "../api/status.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { Reattacher } from "../attach/reattacher.js";
import type { HubListener } from "../attach/reattacher.js";
import { withinTime } from "../attach/within-time.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { OptionConflictError } from "../errors/session-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { createInvocations } from "../features/invocations.js";
import type { Invocations } from "../features/invocations.js";
import { createRegistrations } from "../features/registrations.js";
import type { Registrations } from "../features/registrations.js";
import { createSubscriptions } from "../features/subscriptions.js";
import type { Subscriptions } from "../features/subscriptions.js";
import type { TabContext } from "../features/tab-context.js";
import type { Owner } from "../requests/owner.js";
import { errorFromRecord } from "../requests/error-codec.js";
import { createPayloadCoder } from "../requests/payload-coder.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import { createRequests } from "../requests/requests.js";
import type { Requests } from "../requests/requests.js";
import { FailureSign } from "./failure-sign.js";
import type { Audience } from "./failure-sign.js";
import { NoticeDispatcher } from "./notice-dispatcher.js";
import { askApplication } from "./ask-application.js";
import { SessionState, sessionClosedError } from "./session-state.js";
import type { Settings } from "./settings.js";

/** One `connect()` of this tab, as its session sees it. */
export interface Leaseholder extends Owner, Audience {
  readonly settings: Settings;
}

/**
 * This tab's part of a session: composes its tables and clears them when the hub is lost or the session is closed. Entries of the tables
 * belong to leases, with whose end they end; the hub sees one tab, until the last lease has left.
 */
export class ClientSession implements HubListener {
  readonly settings: Settings;
  /** The identity of this tab, for peers; a component of a URI under the strict rules. */
  readonly tab: string;
  readonly state: SessionState;
  /** Receives the errors that listeners throw. */
  readonly report: (error: unknown) => void;
  /** The collaborators of the features. */
  readonly context: TabContext;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly #environment: ClientEnvironment;
  readonly #coder: PayloadCoder;
  readonly #requests: Requests;
  readonly #invocations: Invocations;
  readonly #notices: NoticeDispatcher;
  readonly #reattacher: Reattacher;
  readonly #sign: FailureSign;
  readonly #onEnd: () => void;
  /** The serializer while there is no connection. */
  #offlineSerializer: SerializerName;
  /** The leases that have not ended, in the order of their `connect()`. */
  readonly #leases = new Set<Leaseholder>();

  /** `onEnd` is called when this tab starts to leave or the session is closed. */
  constructor(environment: ClientEnvironment, settings: Settings, onEnd: () => void) {
    const host = environment.hubHost(settings.workerUrl);
    const { session, attachTimeout, callTimeout, offline } = settings;
    const { report } = environment;
    const coder = createPayloadCoder(() => this.#serializer());
    const toError = (record: ErrorRecord): WampMuxError => errorFromRecord(record, coder);
    this.settings = settings;
    this.report = report;
    this.tab = environment.randomId().replace(/[^a-z0-9]/g, "");
    this.#offlineSerializer = session.serializers[0] ?? "json";
    this.#environment = environment;
    this.#onEnd = onEnd;
    this.#coder = coder;
    this.state = new SessionState({
      mode: host.mode,
      url: session.urls[0] ?? "",
      toError,
      report,
      release: (reason) => this.#release(reason),
    });
    const { tell, defer } = environment;
    this.#sign = new FailureSign({ urls: session.urls, audiences: this.#leases, tell, defer });
    this.#reattacher = new Reattacher({ environment, host, attachTimeout, session, toError }, this);
    const { clock, random } = environment;
    const post = (request: TabRequest): void => this.#reattacher.post(request);
    this.#requests = createRequests({
      clock,
      post,
      patience: session.requestTimeout,
      maxRequests: session.limits.maxRequests,
    });
    const context: TabContext = {
      tab: this.tab,
      requests: this.#requests,
      post,
      coder,
      clock,
      random,
      defaults: { requestTimeout: session.requestTimeout, callTimeout, offline },
      report,
    };
    this.context = context;
    this.subscriptions = createSubscriptions(context);
    this.registrations = createRegistrations(context);
    this.#invocations = createInvocations(context);
    this.#notices = new NoticeDispatcher(
      {
        requests: this.#requests,
        subscriptions: this.subscriptions,
        registrations: this.registrations,
        invocations: this.#invocations,
        toError,
        status: ({ status, storage }) => this.#update(status, storage),
        warn: (error) => this.#warn(error),
        report,
      },
      defer,
    );
  }

  /** Resolves when a hub has admitted this tab. */
  async start(): Promise<void> {
    // Once its codec is loaded, the first requests use the preferred serializer; otherwise JSON, and the hub transcodes them.
    await Promise.all([this.#reattacher.start(), this.#loadCodec(this.#serializer())]);
    this.#sign.begin();
  }

  async reconnectNow(): Promise<void> {
    this.#requests.throwIfRefused();
    // The next worker connects as soon as it has admitted this tab.
    if (this.#reattacher.hurry()) return;
    await this.#reattacher.call((hub) => hub.reconnectNow());
  }

  async inspect(): Promise<Inspection> {
    this.#requests.throwIfRefused();
    return await this.#reattacher.call((hub) => hub.inspect());
  }

  /** Adds a lease, which counts until it leaves or the session is closed. */
  add(lease: Leaseholder): void {
    this.#leases.add(lease);
  }

  /** Releases what a lease holds; with the last one, this tab leaves. Never rejects. */
  async remove(lease: Leaseholder, makeError: () => WampMuxError): Promise<void> {
    this.#leases.delete(lease);
    if (this.state.isClosed) return;
    if (this.#leases.size === 0) return await this.#leave();
    this.#requests.withdraw(lease, makeError);
    // The answers to what was requested before are on their way back when the fence has been passed.
    const { subscriptions, registrations } = this;
    await Promise.allSettled([
      subscriptions.releaseAll(lease),
      registrations.releaseAll(lease),
      this.#reattacher.fence(),
    ]);
    this.#requests.ownerLeft(lease, makeError);
    this.#invocations.ownerLeft(lease, makeError);
  }

  deliver(batch: readonly Notice[]): Promise<void> {
    return this.#notices.deliver(batch);
  }

  ask(what: Asked): Promise<string> {
    const latestFirst = [...this.#leases].reverse();
    return askApplication(
      latestFirst.map(({ settings }) => settings),
      what,
    );
  }

  attached({ status, storage, serializer, differences }: HubHello, url: string): void {
    this.#offlineSerializer = serializer;
    this.state.attached(url);
    this.#update(status, storage);
    for (const difference of differences) {
      this.#warn(
        new OptionConflictError(`The session already exists with a different option: ${difference}`),
      );
    }
    this.#requests.attached();
  }

  hubLost(cause?: unknown): void {
    const lost = (): WorkerLostError =>
      new WorkerLostError(
        "The worker died before it answered; it is unknown whether the request reached the router",
        cause === undefined ? {} : { cause },
      );
    this.#notices.clear();
    this.#invocations.abandon(lost);
    this.#requests.hubLost(lost);
    // The next hub may have fewer serializers than this one.
    this.#offlineSerializer = "json";
    this.state.hubLost();
    // Before any request that the application makes in response to the loss.
    this.subscriptions.replay();
    this.registrations.replay();
  }

  hubFailed(cause: unknown): void {
    const error = isWampMuxError(cause)
      ? cause
      : new WorkerLostError("No worker could be started", { cause });
    this.state.close({ kind: "closed", error });
  }

  async #leave(): Promise<void> {
    this.#onEnd();
    const reason = { kind: "left" } as const;
    this.#requests.refuse(() => sessionClosedError(reason));
    await this.#reattacher.leave(this.settings.session.requestTimeout);
    this.state.close(reason);
  }

  /** Warns all leases of something that concerns none of them alone. */
  #warn(error: WampMuxError): void {
    for (const lease of this.#leases) lease.warn(error);
  }

  #update(status: StatusRecord, storage: StorageStatus): void {
    if (status.state === "online") {
      const codec = this.#loadCodec(status.serializer);
      if (codec !== undefined) this.#notices.awaitCodec(status.serializer, codec);
    }
    const before = this.state.status.state;
    this.state.update(status, storage);
    const after = this.state.status;
    const hasFailed = before === "connecting" && after.state === "waiting";
    if (hasFailed) this.#sign.attemptFailed(after.reason);
  }

  /** Waits no longer than for a hub, because without the codec only the payloads that need it fail. */
  #loadCodec(serializer: SerializerName): Promise<void> | undefined {
    const loading = this.#coder.load(serializer);
    if (loading === undefined) return undefined;
    loading.catch(this.#environment.report);
    return withinTime(this.#environment.clock, this.settings.attachTimeout, loading);
  }

  /** Settles everything and detaches, because the session is closed for this tab. */
  #release(reason: CloseReason): void {
    const closed = () => sessionClosedError(reason);
    this.#sign.closed(reason);
    this.#onEnd();
    this.#leases.clear();
    this.#requests.refuse(closed);
    this.#notices.clear();
    this.#requests.failAll(closed);
    this.#invocations.abandon(closed);
    const ended = reason.kind === "left" ? undefined : closed();
    this.subscriptions.close(ended);
    this.registrations.close(ended);
    this.#reattacher.close();
  }

  /** Returns the session's serializer, or a guess while there is no connection; after a wrong guess the hub transcodes. */
  #serializer(): SerializerName {
    const { status } = this.state;
    return status.state === "online" ? status.serializer : this.#offlineSerializer;
  }
}
