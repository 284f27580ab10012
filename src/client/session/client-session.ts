import type { HubHello, Inspection } from "../../contract/port.js";
import type { Notice } from "../../contract/notices.js";
import type { StatusRecord } from "../../contract/status.js";
import type { SerializerName } from "../../protocol/payload.js";
import { Calls } from "../features/calls.js";
import { SessionClosedError, WorkerLostError } from "../errors/outcome-errors.js";
import { OptionConflictError } from "../errors/session-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import { Invocations } from "../features/invocations.js";
import { Listeners } from "./listeners.js";
import { Notices } from "./notices.js";
import type { Page } from "../attach/page.js";
import { createPayloadCoder } from "../requests/payload-coder.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import { Publications } from "../features/publications.js";
import { Reattacher } from "../attach/reattacher.js";
import type { HubListener } from "../attach/reattacher.js";
import { Registrations } from "../features/registrations.js";
import { Requests } from "../requests/requests.js";
import type { Settings } from "./settings.js";
import { errorFromRecord } from "../requests/error-codec.js";
import { statusFromRecord } from "./status-from-record.js";
import type { CloseReason, SessionStatus, StatusBase } from "../api/status.js";
import { Subscriptions } from "../features/subscriptions.js";
import type { TabContext } from "../features/tab-context.js";
import { Warnings } from "./warnings.js";
import { withinTime } from "../attach/within-time.js";

/** This page's part in a session: its tables, and what becomes of them when the worker or the session ends. */
export class ClientSession implements HubListener {
  readonly settings: Settings;
  readonly calls: Calls;
  readonly publications: Publications;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly statusListeners: Listeners<SessionStatus>;
  readonly warnings: Warnings;
  readonly ready: Promise<void>;
  readonly closed: Promise<CloseReason>;
  readonly #coder: PayloadCoder;
  readonly #requests: Requests;
  readonly #invocations: Invocations;
  readonly #notices: Notices;
  readonly #reattacher: Reattacher;
  readonly #page: Page;
  readonly #onEnd: () => void;
  #status: SessionStatus;
  #base: StatusBase;
  #leaving: Promise<void> | undefined;
  #setReady: () => void = () => undefined;
  #failReady: (error: WampMuxError) => void = () => undefined;
  #setClosed: (reason: CloseReason) => void = () => undefined;

  /** `onEnd` is called once, when this page begins to leave or the session is over. */
  constructor(page: Page, settings: Settings, onEnd: () => void) {
    this.settings = settings;
    this.#page = page;
    this.#onEnd = onEnd;
    this.#base = {
      mode: "shared",
      workerUrl: "",
      storage: { kind: "memory", reason: "there is no worker yet" },
    };
    this.#status = this.#connecting();
    this.statusListeners = new Listeners(page.report);
    this.warnings = new Warnings(page.report);
    this.ready = new Promise((resolve, reject) => {
      this.#setReady = resolve;
      this.#failReady = reject;
    });
    // Whoever waits for it is told; nobody has to.
    this.ready.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#setClosed = resolve;
    });
    this.#coder = createPayloadCoder(() => this.#serializer());
    this.#reattacher = new Reattacher(page, settings, this.#coder, this);
    this.#requests = new Requests((request) => this.#reattacher.post(request));
    const context = this.#context();
    this.calls = new Calls(context);
    this.publications = new Publications(context);
    this.subscriptions = new Subscriptions(context);
    this.registrations = new Registrations(context);
    this.#invocations = new Invocations(context);
    this.#notices = new Notices(
      {
        requests: this.#requests,
        subscriptions: this.subscriptions,
        registrations: this.registrations,
        invocations: this.#invocations,
        coder: this.#coder,
        status: (notice) => this.#statusNotice(notice),
        warn: (error) => this.warnings.emit(error),
        report: page.report,
      },
      page.defer,
    );
  }

  get status(): SessionStatus {
    return this.#status;
  }

  /** Resolves when the worker has taken this page in. */
  async start(): Promise<void> {
    // What is asked for at once then is in the serializer that was wished for; else it is in JSON, and the hub transcodes it.
    await Promise.all([this.#reattacher.start(), this.#loadCodec(this.#serializer())]);
  }

  async reconnectNow(): Promise<void> {
    this.#requests.throwIfRefused();
    await this.#reattacher.ask((hub) => hub.reconnectNow());
  }

  async inspect(): Promise<Inspection> {
    this.#requests.throwIfRefused();
    return await this.#reattacher.ask((hub) => hub.inspect());
  }

  leave(): Promise<void> {
    return (this.#leaving ??= this.#leave());
  }

  // What the hub and the reattacher tell.

  deliver(batch: readonly Notice[]): Promise<void> {
    return this.#notices.deliver(batch);
  }

  async credential(): Promise<string> {
    const { askSecret } = this.settings;
    if (askSecret === undefined) throw new Error("This page has no function that gives the secret");
    const secret: unknown = await askSecret();
    if (typeof secret === "string") return secret;
    // Not the value: it may be a secret of another kind.
    const message = `connect(): options.auth.secret gave a value of type ${typeof secret}, expected a string`;
    throw new InvalidArgumentError(message, { value: typeof secret, expected: "a string" });
  }

  attached(hello: HubHello, workerUrl: string): void {
    this.#base = { mode: "shared", workerUrl, storage: hello.storage };
    this.#hubStatus(hello.status);
    for (const difference of hello.differences) {
      this.warnings.emit(
        new OptionConflictError(`The session lives already with another option: ${difference}`),
      );
    }
  }

  workerLost(): void {
    const lost = (): WorkerLostError =>
      new WorkerLostError(
        "The worker died before it answered; whether the request reached the router is unknown",
      );
    this.#notices.clear();
    this.#invocations.abandon(lost);
    this.#requests.failAll(lost);
    this.#setStatus(this.#connecting());
    // Before anything that the application asks for when it hears of the loss.
    this.subscriptions.replay();
    this.registrations.replay();
  }

  gone(cause: unknown): void {
    const error = isWampMuxError(cause)
      ? cause
      : new WorkerLostError("No worker could be started", { cause });
    this.#end({ kind: "closed", error });
  }

  async #leave(): Promise<void> {
    this.#onEnd();
    if (this.#status.state === "closed") return;
    this.#requests.refuse(left);
    await this.#reattacher.leave(this.settings.session.requestTimeout);
    this.#end({ kind: "left" });
  }

  #statusNotice({ status, storage }: Extract<Notice, { readonly kind: "status" }>): void {
    this.#base = { ...this.#base, storage };
    this.#hubStatus(status);
  }

  #hubStatus(status: StatusRecord): void {
    const codec = status.state === "online" ? this.#loadCodec(status.serializer) : undefined;
    if (codec !== undefined) this.#notices.pause(codec);
    this.#setStatus(statusFromRecord(status, this.#base, (record) => errorFromRecord(record, this.#coder)));
  }

  /** Waits no longer than for a worker: without the codec what needs it fails, and nothing else. */
  #loadCodec(serializer: SerializerName): Promise<void> | undefined {
    const loading = this.#coder.load(serializer);
    if (loading === undefined) return undefined;
    loading.catch(this.#page.report);
    return withinTime(this.#page.timer, this.settings.attachTimeout, loading);
  }

  #setStatus(status: SessionStatus): void {
    if (this.#status.state === "closed") return;
    if (status.state === "closed") return this.#end(status.reason);
    this.#status = status;
    if (status.state === "online") this.#setReady();
    this.statusListeners.emit(status);
  }

  /** The session is over for this page: everything is settled and let go of. */
  #end(reason: CloseReason): void {
    if (this.#status.state === "closed") return;
    const over = reason.kind === "left" ? left : () => closedBy(reason.error);
    this.#onEnd();
    this.#requests.refuse(over);
    this.#status = { ...this.#base, state: "closed", reason };
    this.#notices.clear();
    this.#requests.failAll(over);
    this.#invocations.abandon(over);
    const ending = reason.kind === "left" ? undefined : over();
    this.subscriptions.close(ending);
    this.registrations.close(ending);
    this.#reattacher.close();
    this.#failReady(reason.kind === "left" ? left() : reason.error);
    this.#setClosed(reason);
    this.statusListeners.emit(this.#status);
  }

  #connecting(): SessionStatus {
    const [url = ""] = this.settings.session.urls;
    return { ...this.#base, state: "connecting", attempt: 1, url };
  }

  #context(): TabContext {
    const { session, callTimeout, offline } = this.settings;
    return {
      requests: this.#requests,
      post: (request) => this.#reattacher.post(request),
      coder: this.#coder,
      defaults: { requestTimeout: session.requestTimeout, callTimeout, offline },
      warn: (error) => this.warnings.emit(error),
      report: this.#page.report,
    };
  }

  /** A guess while there is no connection; the hub transcodes what was guessed wrongly. */
  #serializer(): SerializerName {
    if (this.#status.state === "online") return this.#status.serializer;
    return this.settings.session.serializers[0] ?? "json";
  }
}

function left(): SessionClosedError {
  return new SessionClosedError("This page has left the session");
}

function closedBy(cause: WampMuxError): SessionClosedError {
  return new SessionClosedError(`The session was closed: ${cause.message}`, { cause });
}
