import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Environment } from "../environment.js";
import { connectionLost, featureNotSupported, timedOut, wampError } from "../error-records.js";
import { toWirePayload, isRefused, requestSize } from "../validation/wire-payload.js";
import type { Tab } from "../tab/tab.js";
import type { Answer, WireSession } from "../../connection/wire-session.js";

type CallRequest = Extract<AnsweredRequest, { kind: "call" }>;

/** Calls of the tabs: CALL, its answers, and CANCEL (WAMP, "Remote Procedure Calls"). */
export class Calls {
  readonly #env: Environment;
  readonly #maxMessageSize: number;

  constructor(env: Environment, maxMessageSize: number) {
    this.#env = env;
    this.#maxMessageSize = maxMessageSize;
  }

  call(tab: Tab, request: CallRequest, ask: PendingRequest): void {
    tab.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (session) => this.#send(request, ask, tab, session),
    });
  }

  #send(request: CallRequest, ask: PendingRequest, tab: Tab, session: WireSession): void {
    if (request.options.receive_progress === true && !session.features.progressiveCallResults) {
      return ask.reject(featureNotSupported("progressive_call_results", "dealer"));
    }
    const options = wireOptions(request, session);
    const payload = toWirePayload(
      { payload: request.payload, uri: request.procedure, options },
      session,
      this.#env,
      this.#maxMessageSize,
    );
    if (isRefused(payload)) return ask.reject(payload.refused);
    const call = session.call(
      { procedure: request.procedure, options, payload },
      {
        answered: (answer) => answered(request, ask, tab, answer),
        lost: (error) => ask.reject(connectionLost(true, error)),
      },
    );
    ask.sent = true;
    ask.onGivenUp = (mode) => giveUp(session, call, mode);
  }
}

/** The router keeps the deadline too where it can, so that the callee is interrupted even if we are gone. */
function wireOptions(request: CallRequest, session: WireSession): Dict {
  const { timeout: asked, ...options } = request.options;
  const timeout = asked ?? request.timeout;
  return session.features.callTimeout && timeout > 0 ? { ...options, timeout } : options;
}

function answered(request: CallRequest, ask: PendingRequest, tab: Tab, answer: Answer): void {
  if (answer.kind === "result") {
    const { progress, details, payload } = answer;
    const notice = { kind: "result", request: ask.request, progress, details, payload } as const;
    if (!progress) ask.resolve(notice);
    else if (!ask.settled) tab.notices.push(notice);
  } else if (answer.kind === "error") {
    const keptByRouter = answer.uri === "wamp.error.timeout" && request.timeout > 0;
    ask.reject(
      keptByRouter ? timedOut(request.timeout, true) : wampError(answer.uri, answer.details, answer.payload),
    );
  }
}

/** Only `kill` promises an answer worth waiting for; Crossbar.io answers `skip` with nothing at all. */
function giveUp(session: WireSession, call: WireRequestId, mode: CancelMode): "wait" | undefined {
  if (!session.open || !session.features.callCanceling) {
    session.forget(call);
    return undefined;
  }
  session.cancel(call, mode);
  if (mode === "kill") return "wait";
  session.forget(call);
  return undefined;
}
