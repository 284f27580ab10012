import type { ErrorRecord } from "../../contract/errors.js";
import type { HubHello, Inspection } from "../../contract/port.js";
import { choiceName, customOf } from "../../contract/session-config.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { CloseReason } from "../api/status.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { createReattacher } from "../attach/reattacher.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { OptionConflictError } from "../errors/session-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { createInvocations } from "../features/invocations.js";
import { createOutbox } from "../features/outbox.js";
import type { OutboxFeature } from "../features/outbox.js";
import { createRegistrations } from "../features/registrations.js";
import type { Registrations } from "../features/registrations.js";
import { createSubscriptions } from "../features/subscriptions.js";
import type { Subscriptions } from "../features/subscriptions.js";
import type { TabContext } from "../features/tab-context.js";
import type { Owner } from "../requests/owner.js";
import { errorFromRecord } from "../requests/error-codec.js";
import { createPayloadCoder } from "../requests/payload-coder.js";
import { createRequests } from "../requests/requests.js";
import { createFailureSign } from "./failure-sign.js";
import type { Audience } from "./failure-sign.js";
import { createNoticeDispatcher } from "./notice-dispatcher.js";
import { createQuestions } from "./questions.js";
import { judgeReason } from "./judge-reason.js";
import { askApplication } from "./ask-application.js";
import { createCodecLoader } from "./codec-loader.js";
import { createIdentity } from "./identity.js";
import { createSessionRequests } from "./session-requests.js";
import type { SessionRequests } from "./session-requests.js";
import { createSessionState, sessionClosedError } from "./session-state.js";
import type { SessionState } from "./session-state.js";
import type { Settings } from "./settings.js";

/** One `connect()` of this tab, as its session sees it. */
export interface Leaseholder extends Owner, Audience {
  readonly settings: Settings;
}

/**
 * This tab's part of a session: composes its tables and clears them when the hub is lost or the session is closed. Entries of the tables
 * belong to leases, with whose end they end; the hub sees one tab, until the last lease has left.
 */
export interface ClientSession {
  readonly settings: Settings;
  readonly state: SessionState;
  /** The collaborators of the features. */
  readonly context: TabContext;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly outbox: OutboxFeature;
  /** Resolves when a hub has admitted this tab; otherwise closes the session and rejects. */
  start(): Promise<void>;
  reconnectNow(): Promise<void>;
  inspect(): Promise<Inspection>;
  /** The requests that concern the session as a whole. */
  readonly whole: SessionRequests;
  /** Adds a lease, which counts until it leaves or the session is closed. */
  add(lease: Leaseholder): void;
  /** Releases what a lease holds; with the last one, this tab leaves. Never rejects. */
  remove(lease: Leaseholder, makeError: () => WampMuxError): Promise<void>;
}

/** @param onEnd called when this tab starts to leave or the session is closed */
export function createClientSession(
  environment: ClientEnvironment,
  settings: Settings,
  onEnd: () => void,
): ClientSession {
  const host = environment.hubHost(settings.workerUrl);
  const { options: session, urls, attachTimeout } = settings;
  const { report, tell, defer, clock } = environment;
  /** A component of a URI under the strict rules. */
  const tab = environment.randomId().replace(/[^a-z0-9]/g, "");
  /** The leases that have not ended, in the order of their `connect()`. */
  const leases = new Set<Leaseholder>();
  /** The serializer while there is no connection. */
  let [offlineSerializer = "json"] = settings.serializers.map(choiceName);
  const coder = createPayloadCoder(serializer, settings.passthru, (name) => {
    const custom = customOf(settings.serializers).find((each) => each.name === name);
    return custom && environment.importSerializer(custom);
  });
  const toError = (record: ErrorRecord): WampMuxError => errorFromRecord(record, coder);
  const state = createSessionState({
    url: urls[0] ?? "",
    toError,
    report,
    release,
  });
  const sign = createFailureSign({ urls, audiences: leases, tell, defer });
  const identity = createIdentity(settings);
  const questions = createQuestions((question, signal) =>
    askApplication([...leases].reverse(), identity.methodsFor, question, signal),
  );
  const reattacher = createReattacher(
    { environment, host, attachTimeout, session, toError },
    {
      deliver: (batch) => notices.deliver(batch),
      ask: questions.ask,
      dismiss: questions.dismiss,
      isFatal: (reason) => judgeReason([...leases].reverse(), toError(reason), report),
      hello: () => ({ ...identity.hello(), wasOnline: state.wasOnline, unreadable: codecs.unreadable() }),
      attached,
      hubLost,
      hubFailed,
    },
  );
  const { post } = reattacher;
  const codecs = createCodecLoader({ coder, clock, attachTimeout, report, hubs: reattacher });
  const requests = createRequests({
    clock,
    post,
    patience: session.requestTimeout,
    maxRequests: session.limits.maxRequests,
  });
  const context: TabContext = {
    tab,
    newKey: environment.randomId,
    requests,
    post,
    coder,
    defaults: session,
    report,
  };
  const whole = createSessionRequests(requests, identity, state);
  const subscriptions = createSubscriptions(context);
  const registrations = createRegistrations(context);
  const invocations = createInvocations(context);
  const outbox = createOutbox(context, toError);
  const notices = createNoticeDispatcher(
    {
      requests,
      subscriptions,
      registrations,
      invocations,
      outbox,
      toError,
      update,
      identified: identity.told,
      warn,
      report,
      open: (notice) =>
        settings.passthru?.open(notice, {
          ...coder,
          procedureOf: requests.procedureOf,
          subscribed: subscriptions.get,
          registered: registrations.get,
        }),
    },
    defer,
  );

  function attached({ status, storage, serializer, differences }: HubHello, url: string): void {
    offlineSerializer = serializer;
    update({ status, storage }, url);
    for (const difference of differences)
      warn(new OptionConflictError(`The session already exists with a different option: ${difference}`));
    requests.attached(() => {
      // Before any request that the application has made since the loss.
      subscriptions.replay();
      registrations.replay();
      outbox.replay();
    });
  }

  function hubLost(cause?: unknown): void {
    const lost = (): WorkerLostError =>
      new WorkerLostError(
        "The worker died before it answered; it is unknown whether the request reached the router",
        cause === undefined ? {} : { cause },
      );
    notices.clear();
    questions.dismissAll();
    invocations.abandon(lost);
    requests.hubLost(lost);
    // The next hub may have fewer serializers than this one.
    offlineSerializer = "json";
    state.hubLost();
  }

  function hubFailed(cause: unknown): void {
    const error = isWampMuxError(cause)
      ? cause
      : new WorkerLostError("No worker could be started", { cause });
    state.close({ kind: "closed", error });
  }

  async function leave(): Promise<void> {
    onEnd();
    const reason = { kind: "left" } as const;
    requests.refuse(() => sessionClosedError(reason));
    await reattacher.leave();
    state.close(reason);
  }

  /** Warns all leases of something that concerns none of them alone. */
  function warn(error: WampMuxError): void {
    for (const lease of leases) lease.warn(error);
  }

  function update({ status, storage }: Pick<HubHello, "status" | "storage">, url?: string): void {
    if (status.state === "online") {
      const { serializer } = status;
      const loading = codecs.load(serializer);
      if (loading !== undefined) notices.awaitCodec(serializer, loading, codecs.transcode(serializer));
    }
    const { state: before } = state.status;
    state.update(status, storage, url);
    const after = state.status;
    if (!["connecting", "authenticating"].includes(before)) return;
    if (after.state === "waiting" || after.state === "offline") sign.attemptFailed(after.reason);
  }

  /** Settles everything and detaches, because the session is closed for this tab. */
  function release(reason: CloseReason): void {
    const closed = () => sessionClosedError(reason);
    sign.closed(reason);
    onEnd();
    leases.clear();
    questions.dismissAll();
    requests.refuse(closed);
    notices.clear();
    requests.failAll(closed);
    invocations.abandon(closed);
    const ended = reason.kind === "left" ? undefined : closed();
    subscriptions.close(ended);
    registrations.close(ended);
    outbox.close(ended);
    reattacher.close();
  }

  /** Returns the session's serializer, or a guess while there is no connection; after a wrong guess the hub transcodes. */
  function serializer(): SerializerName {
    const { status } = state;
    return status.state === "online" ? status.serializer : offlineSerializer;
  }

  return {
    settings,
    state,
    context,
    subscriptions,
    registrations,
    outbox,
    start: async () => {
      try {
        // Once its codec is loaded, the first requests use the preferred serializer; otherwise JSON, and the hub transcodes them.
        await Promise.all([reattacher.start(), codecs.load(serializer())]);
      } catch (error) {
        hubFailed(error);
        throw error;
      }
      sign.begin();
    },
    reconnectNow: async () => {
      requests.throwIfRefused();
      // The next worker connects as soon as it has admitted this tab.
      if (!reattacher.hurry()) await reattacher.call((hub) => hub.reconnectNow());
    },
    inspect: async () => {
      requests.throwIfRefused();
      return await reattacher.call((hub) => hub.inspect());
    },
    whole,
    add: (lease) => void leases.add(lease),
    remove: async (lease, makeError) => {
      leases.delete(lease);
      questions.leaseEnded(lease);
      if (state.isClosed) return;
      if (leases.size === 0) return await leave();
      outbox.releaseAll(lease);
      // No hub gets what none has.
      requests.giveUpOf(lease, makeError, false);
      // Its answer takes its turn behind those to what was requested before, as far as the hub can answer that at once.
      const passed = requests.hasHub && whole.judgeNow(session);
      await Promise.allSettled([subscriptions.releaseAll(lease), registrations.releaseAll(lease), passed]);
      requests.giveUpOf(lease, makeError, true);
      invocations.abandon(makeError, lease);
    },
  };
}
