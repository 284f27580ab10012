import { unmetHopes } from "../../connection/gate/features.js";
import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { Answer } from "../../protocol/messages.js";
import { isProgress } from "../../protocol/session.js";
import { lostRequest, timedOut, wampErrorFromHub, wampErrorOf } from "../error-records.js";
import type { PendingRequest, Settlement } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { SendQueue } from "../tab/send-queue.js";

type CallRequest = Extract<AnsweredRequest, { kind: "call" }>;

/** The sender of a call: a tab, or a part of the hub that does not call for a tab. */
export interface Caller {
  /** The queue in which the call waits for its turn. */
  readonly queue: SendQueue;
  /** Warns the caller of something that does not settle its request; the same warning is given once. */
  readonly tell?: (error: ErrorRecord) => void;
  /** Receives the progressive results. */
  readonly progress?: (notice: Settlement) => void;
}

/** Sends a call: CALL, its answers, and CANCEL (WAMP, "Remote Procedure Calls"). */
export function call(caller: Caller, request: CallRequest, pending: PendingRequest): void {
  enqueue(caller.queue, request, pending, (session) => {
    const options = wireOptions(request, pending.remaining, session);
    const { procedure, payload } = request;
    const sent = session.request(
      { type: "CALL", procedure, options, payload },
      {
        answered: (answer) => settle(caller, request, pending, answer),
        lost: (error) => pending.reject(lostRequest(error)),
      },
    );
    if (isRefused(sent)) return pending.reject(sent.refused);
    for (const gap of unmetHopes("call", options, session.features)) caller.tell?.(gap);
    pending.markSent();
    pending.onGivenUp = (mode) => giveUp(session, sent, mode);
  });
}

/** The URI with which a router answers a call whose deadline has passed (WAMP, "Call Timeouts"). */
const ROUTERS_TIMEOUT = "wamp.error.timeout";

/**
 * Returns CALL.Options. A router that supports it also enforces the deadline, so that the callee is interrupted even without the hub.
 * @param remaining milliseconds that are left of the call's deadline; 0 if it has none
 */
function wireOptions(request: CallRequest, remaining: number, session: WireSession): Dict {
  const { timeout: routerTimeout, ...options } = request.options;
  const timeout = routerTimeout ?? remaining;
  return session.features.call_timeout && timeout > 0 ? { ...options, timeout } : options;
}

function settle(caller: Caller, request: CallRequest, pending: PendingRequest, answer: Answer): void {
  if (answer.type === "RESULT") {
    const { details, payload } = answer;
    if (details === undefined && request.options["receive_progress"] === true)
      return pending.reject(unknownProgress());
    const progress = isProgress(answer);
    const notice = {
      kind: "result",
      request: pending.request,
      progress,
      details: details ?? {},
      payload,
    } as const;
    if (!progress) pending.resolve(notice);
    else if (!pending.settled) caller.progress?.(notice);
  } else if (answer.type === "ERROR") {
    const error = wampErrorOf(answer);
    // A callee may use the same URI for a reason of its own.
    const isDeadline = answer.error === ROUTERS_TIMEOUT && pending.isOverdue;
    pending.reject(isDeadline ? timedOut(request.timeout, true, error) : error);
  }
}

/** Returns the error of a call whose result may be a part or the whole: taking it for either could be wrong. */
function unknownProgress(): ErrorRecord {
  return wampErrorFromHub(
    "wamp.error.protocol_violation",
    "the details of a result are unreadable, so it may be the last one or not",
  );
}

/** Cancels a call. Only with `kill` is an answer worth waiting for; Crossbar.io does not answer `skip` at all. */
function giveUp(session: WireSession, call: WireRequestId, mode: CancelMode): "wait" | undefined {
  if (session.open && session.features.call_canceling) {
    session.cancel(call, mode);
    if (mode === "kill") return "wait";
  }
  session.forget(call);
  return undefined;
}
