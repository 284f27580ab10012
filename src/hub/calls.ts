import type { AnsweredRequest } from "../contract/requests.js";
import type { Dict } from "../protocol/dict.js";
import type { WireRequestId } from "../protocol/ids.js";
import type { Ask } from "./ask.js";
import type { Environment } from "./environment.js";
import { connectionLost, featureNotSupported, timedOut, wampError } from "./error-records.js";
import { fit, isRefused, requestSize } from "./fit.js";
import type { Tab } from "./tab.js";
import type { Answer, Line } from "./wire-ticket.js";

type CallRequest = Extract<AnsweredRequest, { kind: "call" }>;

/** Calls of the tabs: CALL, its answers, and CANCEL (WAMP, "Remote Procedure Calls"). */
export class Calls {
  readonly #env: Environment;
  readonly #maxMessageSize: number;

  constructor(env: Environment, maxMessageSize: number) {
    this.#env = env;
    this.#maxMessageSize = maxMessageSize;
  }

  call(tab: Tab, request: CallRequest, ask: Ask): void {
    tab.lane.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (line) => this.#send(request, ask, tab, line),
    });
  }

  #send(request: CallRequest, ask: Ask, tab: Tab, line: Line): void {
    if (request.options.receive_progress === true && !line.features.progressiveCallResults) {
      return ask.reject(featureNotSupported("progressive_call_results", "dealer"));
    }
    const options = wireOptions(request, line);
    const payload = fit(
      { payload: request.payload, uri: request.procedure, options },
      line,
      this.#env,
      this.#maxMessageSize,
    );
    if (isRefused(payload)) return ask.reject(payload.refused);
    const call = line.core.call(
      { procedure: request.procedure, options, payload },
      {
        answered: (answer) => answered(request, ask, tab, answer),
        lost: (error) => ask.reject(connectionLost(true, error)),
      },
    );
    ask.sent = true;
    ask.onGivenUp = (mode) => giveUp(line, call.request, mode);
    line.send(call);
  }
}

/** The router keeps the deadline too where it can, so that the callee is interrupted even if we are gone. */
function wireOptions(request: CallRequest, line: Line): Dict {
  const { timeout: asked, ...options } = request.options;
  const timeout = asked ?? request.timeout;
  return line.features.callTimeout && timeout > 0 ? { ...options, timeout } : options;
}

function answered(request: CallRequest, ask: Ask, tab: Tab, answer: Answer): void {
  if (answer.kind === "result") {
    const { progress, details, payload } = answer;
    const notice = { kind: "result", request: ask.request, progress, details, payload } as const;
    if (!progress) ask.resolve(notice);
    else if (!ask.settled) tab.outlet.push(notice);
  } else if (answer.kind === "error") {
    const keptByRouter = answer.uri === "wamp.error.timeout" && request.timeout > 0;
    ask.reject(
      keptByRouter ? timedOut(request.timeout, true) : wampError(answer.uri, answer.details, answer.payload),
    );
  }
}

/** Only `kill` promises an answer worth waiting for; Crossbar.io answers `skip` with nothing at all. */
function giveUp(line: Line, call: WireRequestId, mode: "skip" | "kill" | "killnowait"): "wait" | undefined {
  if (line.core.state !== "established" || !line.features.callCanceling) {
    line.core.forget(call);
    return undefined;
  }
  line.send(line.core.cancel(call, { mode }));
  if (mode === "kill") return "wait";
  line.core.forget(call);
  return undefined;
}
