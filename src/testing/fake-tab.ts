import type { ErrorRecord } from "../contract/errors.js";
import type {
  InvocationId,
  RegistrationHandle,
  RequestId,
  SubscriptionHandle,
  TabId,
} from "../contract/ids.js";
import type { Notice } from "../contract/notices.js";
import type { CancelMode, OfflinePolicy, WireOptions } from "../contract/request-options.js";
import type { HubHello, Question, TabApi } from "../contract/port.js";
import type { AnsweredRequest, TabRequest } from "../contract/requests.js";
import type { AuthConfig } from "../contract/session-config.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { AttachedTab } from "../hub/hub.js";
import { Asked } from "./asked.js";
import { RecordedNotices, type InvocationNotice } from "./recorded-notices.js";

/** Deadline of a request in milliseconds, and its behaviour while there is no session. */
export interface Timing {
  readonly timeout?: number;
  readonly offline?: OfflinePolicy;
}

/** The fields of a subscription that its page keeps for the next worker. */
type Resumed = Pick<Extract<AnsweredRequest, { readonly kind: "subscribe" }>, "seen" | "tellsGaps">;

/** A tab without a page: posts requests and records the notices from the hub. */
export class FakeTab extends RecordedNotices implements TabApi {
  readonly asked: Asked[] = [];
  /** The questions to the application. */
  readonly questions: (Question & { readonly id: number })[] = [];
  /** The ids of the questions whose answers are no longer needed. */
  readonly dismissed: number[] = [];
  readonly #byRequest = new Map<RequestId, Asked>();
  /** The application's answer to the request for the secret. */
  secret: (question: Question) => Promise<string | null> = () => Promise.reject(new Error("no secret"));
  /** The application's answer to a challenge. */
  signature: (question: Question) => Promise<unknown> = () => Promise.reject(new Error("no signature"));
  /** The application's verdict on the reason for the end of a connection. */
  isFatal: (reason: ErrorRecord) => Promise<boolean | null> = () => Promise.resolve(null);
  /** The application's answer to the request for the URL's query. */
  query: () => Promise<string> = () => Promise.reject(new Error("no query"));
  onInvocation: (invocation: InvocationNotice) => void = () => undefined;
  /** The tab's port to the hub, once it is attached. */
  port: AttachedTab | undefined;
  hello: HubHello | undefined;

  #last = 0;
  #batch: TabRequest[] | undefined;
  #credits: (() => void)[] | undefined;
  #broken = false;
  #thaw: Promise<void> | undefined;

  constructor(readonly id: TabId) {
    super();
  }

  // The hub's end

  async deliver(batch: readonly Notice[], owned: readonly ArrayBuffer[] = []): Promise<void> {
    if (this.#broken) throw new Error("The port is broken");
    await this.#thaw;
    // As with a real port, a transferred buffer is detached for all its other users.
    for (const notice of structuredClone(batch, { transfer: [...owned] })) this.#take(notice);
    await new Promise<void>((resolve) => {
      if (this.#credits === undefined) resolve();
      else this.#credits.push(resolve);
    });
  }

  ask(question: Question, id: number): Promise<unknown> {
    this.questions.push({ ...question, id });
    return this[question.what](question);
  }

  dismiss(id: number): Promise<void> {
    this.dismissed.push(id);
    return Promise.resolve();
  }

  call(
    procedure: string,
    args: readonly unknown[] = [],
    { options = {}, ...timing }: Timing & { readonly options?: WireOptions<"call"> } = {},
  ): Asked {
    const payload = this.codec.encodePayload(args);
    return this.make((request) => ({
      kind: "call",
      request,
      procedure,
      options,
      payload,
      ...withDefaults(timing, 0),
    }));
  }

  publish(
    topic: string,
    args: readonly unknown[] = [],
    { timeout = 10_000, offline = "wait", ...options }: WireOptions<"publish"> & Timing = {},
  ): Asked {
    const payload = this.codec.encodePayload(args);
    return this.make((request) => ({ kind: "publish", request, topic, options, payload, timeout, offline }));
  }

  subscribe(
    topic: string,
    options: WireOptions<"subscribe"> & Timing & Resumed = {},
    replayed?: true,
  ): Asked {
    return this.subscribeAs(undefined, topic, options, replayed);
  }

  /** Requests with a handle of the test's choice. */
  subscribeAs(
    subscription: number | undefined,
    topic: string,
    {
      timeout = 10_000,
      offline = "wait",
      seen,
      tellsGaps,
      ...options
    }: WireOptions<"subscribe"> & Timing & Resumed = {},
    replayed?: true,
  ): Asked {
    return this.make((request, handle) => ({
      kind: "subscribe",
      request,
      ...(replayed && { replayed }),
      ...(seen !== undefined && { seen }),
      ...(tellsGaps && { tellsGaps }),
      subscription: (subscription ?? handle) as SubscriptionHandle,
      topic,
      options,
      timeout,
      offline,
    }));
  }

  unsubscribe(subscribed: Asked): Asked {
    const subscription = subscribed.handle as SubscriptionHandle;
    return this.make((request) => ({ kind: "unsubscribe", request, subscription }));
  }

  register(procedure: string, options: WireOptions<"register"> & Timing = {}, replayed?: true): Asked {
    return this.registerAs(undefined, procedure, options, replayed);
  }

  /** Requests with a handle of the test's choice. */
  registerAs(
    registration: number | undefined,
    procedure: string,
    { timeout = 10_000, offline = "wait", ...options }: WireOptions<"register"> & Timing = {},
    replayed?: true,
  ): Asked {
    return this.make((request, handle) => ({
      kind: "register",
      request,
      registration: (registration ?? handle) as RegistrationHandle,
      ...(replayed && { replayed }),
      procedure,
      options,
      timeout,
      offline,
    }));
  }

  unregister(registered: Asked): Asked {
    const registration = registered.handle as RegistrationHandle;
    return this.make((request) => ({ kind: "unregister", request, registration }));
  }

  reauthenticate(...auth: readonly AuthConfig[]): Asked {
    return this.make((request) => ({ kind: "reauthenticate", request, auth }));
  }

  cancel({ request }: Asked, mode: CancelMode = "killnowait"): void {
    this.post({ kind: "cancel", request, mode });
  }

  begun({ invocation }: InvocationNotice): void {
    this.post({ kind: "begun", invocation });
  }

  yield(
    { invocation }: { readonly invocation: InvocationId },
    args: readonly unknown[] = [],
    progress = false,
  ): void {
    this.post({ kind: "yield", invocation, progress, payload: this.codec.encodePayload(args) });
  }

  fail(
    { invocation }: { readonly invocation: InvocationId },
    uri: string,
    details: Dict = {},
    payload: Payload = this.codec.encodePayload([]),
  ): void {
    this.post({ kind: "fail", invocation, uri, details, payload });
  }

  post(...requests: readonly TabRequest[]): void {
    if (this.#batch !== undefined) this.#batch.push(...requests);
    else void this.#living().post(requests);
  }

  /** Posts the requests made by the function as one batch. */
  batch(ask: () => void): void {
    const batch: TabRequest[] = [];
    this.#batch = batch;
    ask();
    this.#batch = undefined;
    this.post(...batch);
  }

  leave(): Promise<void> {
    return this.#living().leave();
  }

  reconnectNow(): Promise<void> {
    return this.#living().reconnectNow();
  }

  setHidden = (isHidden: boolean): Promise<void> => this.#living().setHidden(isHidden);
  networkChanged = (isOnline: boolean): Promise<void> => this.#living().networkChanged(isOnline);

  /** Stops confirming batches. Returns the function that confirms these and all later ones. */
  stall(): () => void {
    const credits: (() => void)[] = [];
    this.#credits = credits;
    return () => {
      this.#credits = undefined;
      for (const credit of credits) credit();
    };
  }

  /** Takes in nothing more, like a page in the back/forward cache. Returns the function that ends this. */
  freeze(): () => void {
    let thaw: () => void = () => undefined;
    this.#thaw = new Promise((resolve) => (thaw = resolve));
    return thaw;
  }

  /** Lets all later deliveries fail. Returns the function that ends this. */
  breakPort(): () => void {
    this.#broken = true;
    return () => void (this.#broken = false);
  }

  #living(): AttachedTab {
    if (this.port === undefined) throw new Error("The tab is not attached");
    return this.port;
  }

  make(message: (request: RequestId, handle: number) => AnsweredRequest): Asked {
    this.#last += 1;
    const request = this.#last as RequestId;
    const asked = new Asked(request, this.#last, message(request, this.#last));
    this.asked.push(asked);
    this.#byRequest.set(request, asked);
    this.post(asked.message);
    return asked;
  }

  #take(notice: Notice): void {
    this.record(notice);
    switch (notice.kind) {
      case "result": {
        const { progress, settlements } = this.#requestOf(notice);
        (notice.progress ? progress : settlements).push(notice);
        return;
      }
      case "published":
      case "done":
      case "rejected":
        this.#requestOf(notice).settlements.push(notice);
        return;
      case "stored":
        this.#requestOf(notice).isStored = true;
        return;
      case "invocation":
        return this.onInvocation(notice);
      default:
    }
  }

  #requestOf({ request }: { readonly request: RequestId }): Asked {
    const asked = this.#byRequest.get(request);
    if (asked === undefined) throw new Error(`An answer to request ${request}, which was never made`);
    return asked;
  }
}

function withDefaults(timing: Timing, timeout: number): Required<Timing> {
  return { timeout, offline: "wait", ...timing };
}
