import type { Answer, WireSession } from "../../connection/wire-session.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { Environment } from "../environment.js";
import { connectionLost, featureNotSupported, timedOut, wampError } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { requestSize } from "../validation/message-size.js";
import { isRefused, toWirePayload } from "../validation/wire-payload.js";

type CallRequest = Extract<AnsweredRequest, { kind: "call" }>;

/** Handles the calls of the tabs: CALL, its answers, and CANCEL (WAMP, "Remote Procedure Calls"). */
export class Calls {
  readonly #env: Environment;
  readonly #maxMessageSize: number;

  constructor(env: Environment, maxMessageSize: number) {
    this.#env = env;
    this.#maxMessageSize = maxMessageSize;
  }

  call(tab: Tab, request: CallRequest, pending: PendingRequest): void {
    tab.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return pending.settled;
      },
      send: (session) => this.#send(tab, request, pending, session),
    });
  }

  #send(tab: Tab, request: CallRequest, pending: PendingRequest, session: WireSession): void {
    if (request.options.receive_progress === true && !session.features.progressiveCallResults) {
      return pending.reject(featureNotSupported("progressive_call_results", "dealer"));
    }
    const options = wireOptions(request, session);
    const { procedure } = request;
    const message = { payload: request.payload, uri: procedure, options };
    const payload = toWirePayload(message, session, this.#env, this.#maxMessageSize);
    if (isRefused(payload)) return pending.reject(payload.refused);
    const call = session.call(
      { procedure, options, payload },
      {
        answered: (answer) => settle(tab, request, pending, answer),
        lost: (error) => pending.reject(connectionLost(true, error)),
      },
    );
    pending.sent = true;
    pending.onGivenUp = (mode) => giveUp(session, call, mode);
  }
}

/** Returns CALL.Options. A router that supports it also enforces the deadline, so that the callee is interrupted even without the hub. */
function wireOptions(request: CallRequest, session: WireSession): Dict {
  const { timeout: routerTimeout, ...options } = request.options;
  const timeout = routerTimeout ?? request.timeout;
  return session.features.callTimeout && timeout > 0 ? { ...options, timeout } : options;
}

function settle(tab: Tab, request: CallRequest, pending: PendingRequest, answer: Answer): void {
  if (answer.kind === "result") {
    const { progress, details, payload } = answer;
    const notice = { kind: "result", request: pending.request, progress, details, payload } as const;
    if (!progress) pending.resolve(notice);
    else if (!pending.settled) tab.notices.push(notice);
  } else if (answer.kind === "error") {
    const isDeadline = answer.uri === "wamp.error.timeout" && request.timeout > 0;
    pending.reject(
      isDeadline ? timedOut(request.timeout, true) : wampError(answer.uri, answer.details, answer.payload),
    );
  }
}

/** Cancels a call. Only with `kill` is an answer worth waiting for; Crossbar.io does not answer `skip` at all. */
function giveUp(session: WireSession, call: WireRequestId, mode: CancelMode): "wait" | undefined {
  if (session.open && session.features.callCanceling) {
    session.cancel(call, mode);
    if (mode === "kill") return "wait";
  }
  session.forget(call);
  return undefined;
}
