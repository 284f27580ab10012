import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { hubFault, offline, overflow, sessionClosed } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { requestSize } from "../validation/message-size.js";
import { cancelModeOr, validateRequest } from "../validation/validate-request.js";
import type { Features } from "./features.js";

/** The session that accepts requests. */
export interface IntakeSession {
  readonly config: SessionConfig;
  readonly features: Features;
  readonly status: StatusRecord;
  /** The session on which requests can be made. */
  readonly openSession: WireSession | undefined;
}

/** Accepts a batch from a tab: validates each request, applies the limits of the tab, and passes the request to its feature. */
export function takeBatch(
  session: IntakeSession,
  tab: Tab,
  batch: readonly TabRequest[],
  log: Environment["log"],
): void {
  for (const request of batch) {
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
    case "cancel":
      return tab.requests
        .get(request.request)
        ?.cancel(cancelModeOr(request.mode), session.config.requestTimeout);
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

function takeAnswered(session: IntakeSession, tab: Tab, request: AnsweredRequest): void {
  const isUndoing = request.kind === "unsubscribe" || request.kind === "unregister";
  const timeout = isUndoing ? session.config.requestTimeout : request.timeout;
  const pending = tab.begin(request.request, timeout, isUndoing ? "wait" : request.offline);
  const refusal = refusalOfRequest(session, tab, request, pending);
  if (refusal !== undefined) return pending.reject(refusal);
  const { calls, publications, subscriptions, registrations, exclusions } = session.features;
  switch (request.kind) {
    case "call":
      return calls.call(tab, request, pending);
    case "publish":
      return publications.publish({ queue: tab.queue, exclusion: exclusions.for(tab) }, request, pending);
    case "subscribe":
      return subscriptions.subscribe(tab, request, pending);
    case "unsubscribe":
      return subscriptions.unsubscribe(tab, request.subscription, pending);
    case "register":
      return registrations.register(tab, request, pending);
    case "unregister":
      return registrations.unregister(tab, request.registration, pending);
  }
}

/** Returns the reason why a request is not accepted. */
function refusalOfRequest(
  { config, status, openSession }: IntakeSession,
  tab: Tab,
  request: AnsweredRequest,
  pending: PendingRequest,
): ErrorRecord | undefined {
  const { limits, uriRules, maxMessageSize } = config;
  if (status.state === "closed") return sessionClosed(status.reason);
  const invalid = validateRequest(request, uriRules, maxMessageSize);
  if (invalid !== undefined) return invalid;
  if (tab.requests.size > limits.maxRequests)
    return overflow("maxRequests", tab.requests.size, limits.maxRequests);
  const bytes = tab.queue.bytes + requestSize(request);
  if (bytes > limits.maxQueuedBytes) return overflow("maxQueuedBytes", bytes, limits.maxQueuedBytes);
  return pending.offline === "fail" && openSession === undefined ? offline() : undefined;
}
