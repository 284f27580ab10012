import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import type { AuthConfig, SessionConfig, TabLimits } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { describeType } from "../../contract/describe-type.js";
import { optionDifferences } from "../../contract/identity.js";
import { isDurable } from "../../contract/outbox.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import { isRecord } from "../../contract/rules.js";
import { overflow } from "../../connection/error-records.js";
import { cancelModeOr, judgeRequest } from "../../connection/gate/judge-request.js";
import { requestSize } from "../../connection/gate/message-size.js";
import { isRefused } from "../../connection/gate/refusal.js";
import type { Refusal } from "../../connection/gate/refusal.js";
import type { Outbox } from "../outbox/outbox.js";
import { answerOutbox } from "../outbox/outbox-requests.js";
import { hubFault, offline, sessionClosed } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { methodsOf, refusalOfLease, refusalOfLogin } from "./admission.js";
import type { Features } from "./features.js";

/** The session that accepts requests. */
export interface IntakeSession {
  readonly config: SessionConfig;
  readonly features: Features;
  readonly status: StatusRecord;
  /** True once the session is closed or about to be closed. */
  readonly closing: boolean;
  /** The session on which requests can be made. */
  readonly openSession: WireSession | undefined;
  /** Gives the session the credentials of a tab. */
  reauthenticate(tab: Tab, auth: readonly AuthConfig[], pending: PendingRequest): void;
  /** Ends the session for all tabs, and wipes what is stored of it. */
  logout(outbox: "keep" | "wipe" | undefined): Promise<void>;
  readonly outbox: Outbox;
}

/** Accepts a batch from a tab: validates each request, applies the limits of the tab, and passes the request to its feature. */
export function takeBatch(
  session: IntakeSession,
  tab: Tab,
  batch: readonly TabRequest[],
  log: Environment["log"],
): void {
  for (const request of batch) {
    if (!isRecord(request)) {
      log(`A request of a tab is ${describeType(request)}, expected an object`);
      continue;
    }
    try {
      take(session, tab, request);
    } catch (cause) {
      // A defect of the hub, which must not affect the rest of the batch.
      log(`A "${request.kind}" request could not be processed`, cause);
      if ("request" in request) tab.requests.get(request.request)?.reject(hubFault(request.kind, cause));
    }
  }
}

function take(session: IntakeSession, tab: Tab, request: TabRequest): void {
  const { invocations } = session.features;
  switch (request.kind) {
    case "cancel": {
      const pending = tab.requests.get(request.request);
      if (pending === undefined) return;
      session.outbox.cancelRequest(pending);
      return pending.cancel(cancelModeOr(request.mode), session.config.requestTimeout);
    }
    case "begun":
      return invocations.begun(tab, request.invocation);
    case "yield":
      return invocations.yielded(tab, request);
    case "fail":
      return invocations.failed(tab, request);
    default:
      return takeAnswered(session, tab, request);
  }
}

function takeAnswered(session: IntakeSession, tab: Tab, asked: AnsweredRequest): void {
  const { timeout, offline } = timingOf(asked, session.config.requestTimeout);
  const pending = tab.begin(asked.request, { timeout, offline, isLimited: !takesNothingNew(asked) });
  const request = acceptedRequest(session, tab, asked, pending);
  if (isRefused(request)) return pending.reject(request.refused);
  const { calls, publications, subscriptions, registrations, exclusions } = session.features;
  // The outbox knows whose requests it has.
  pending.isPersonal = (request.kind === "call" || request.kind === "publish") && !isDurable(request.offline);
  switch (request.kind) {
    case "call":
      if (isDurable(request.offline)) return void session.outbox.accept(tab, request, pending);
      return calls.call(
        {
          queue: tab.queue,
          tell: (error) => tab.tellOnce(error),
          progress: (notice) => tab.notices.push(notice),
        },
        request,
        pending,
      );
    case "publish":
      if (isDurable(request.offline)) return void session.outbox.accept(tab, request, pending);
      return publications.publish(
        { queue: tab.queue, exclusion: exclusions.for(tab), tell: (error) => tab.tellOnce(error) },
        request,
        pending,
      );
    case "subscribe":
      return subscriptions.subscribe(tab, request, pending);
    case "unsubscribe":
      return subscriptions.unsubscribe(tab, request.subscription, pending);
    case "register":
      return registrations.register(tab, request, pending);
    case "unregister":
      return registrations.unregister(tab, request.registration, pending);
    case "reauthenticate":
      // A session that ends takes no other login, which nothing would end.
      if (session.closing) return pending.reject(sessionClosed());
      return session.reauthenticate(tab, methodsOf(request), pending);
    case "logout":
      // The end of the session settles the request.
      return void session.logout(request.outbox);
    case "outbox":
    case "outbox-entry":
      return void answerOutbox(session.outbox, tab, request, pending);
    case "judge":
      return pending.resolve({
        kind: "done",
        request: pending.request,
        differences: optionDifferences(request.stands, request.options),
      });
  }
}

/** The outbox has the deadline of what is in it, and outlives the tab. */
function timingOf(
  asked: AnsweredRequest,
  requestTimeout: number,
): { readonly timeout: number; readonly offline: OfflinePolicy } {
  if (asked.kind === "reauthenticate") return { timeout: 0, offline: "wait" };
  if (!("timeout" in asked)) return { timeout: requestTimeout, offline: "wait" };
  return isDurable(asked.offline)
    ? { timeout: 0, offline: "wait" }
    : { timeout: asked.timeout, offline: asked.offline };
}

/** Returns a request with all of its options by their names on the wire, or the reason why it is not accepted. */
function acceptedRequest(
  { config, status, openSession }: IntakeSession,
  tab: Tab,
  asked: AnsweredRequest,
  pending: PendingRequest,
): AnsweredRequest | Refusal {
  if (status.state === "closed") return { refused: sessionClosed(status.reason) };
  const request = judgeRequest(asked, config.uriRules);
  if (isRefused(request)) return request;
  const mustNotWait = pending.offline === "fail" && openSession === undefined;
  const refused =
    (request.kind === "judge" ? refusalOfLease(request) : undefined) ??
    (request.kind === "reauthenticate" ? refusalOfLogin(request) : undefined) ??
    excessOf(tab, request, config.limits) ??
    (mustNotWait ? offline() : undefined);
  return refused === undefined ? request : { refused };
}

/** Tells whether a request gives something back, or asks a new worker for what the tab had in the last one, or for nothing: no limit may stop it. */
function takesNothingNew(request: AnsweredRequest): boolean {
  return !("timeout" in request) || ("replayed" in request && request.replayed);
}

function excessOf(tab: Tab, request: AnsweredRequest, limits: TabLimits): ErrorRecord | undefined {
  if (takesNothingNew(request)) return undefined;
  if (tab.limitedRequests > limits.maxRequests)
    return overflow("maxRequests", tab.limitedRequests, limits.maxRequests);
  const bytes = tab.queue.requestBytes + requestSize(request);
  return bytes > limits.maxQueuedBytes ? overflow("maxQueuedBytes", bytes, limits.maxQueuedBytes) : undefined;
}
