import type { Serializer } from "../../codec/serializer.js";
import { overflow } from "../../connection/error-records.js";
import { plainDetails } from "../../connection/gate/answer-details.js";
import { passthruFromGiven } from "../../connection/gate/given-options.js";
import { queuedSize } from "../../connection/gate/message-size.js";
import { TOO_BIG } from "../../connection/gate/refusal.js";
import type { AnswerRefusal } from "../../connection/gate/refusal.js";
import { cancelModeOr } from "../../connection/gate/judge-request.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { InvocationId } from "../../contract/ids.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { TabRequest } from "../../contract/requests.js";
import type { TabLimits } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { ErrorMessage, Invocation as InvocationMessage, Yield } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { toWellFormed } from "../../protocol/text.js";
import { concerning } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { TabTable } from "../tab-table.js";
import type { Registrations } from "./registrations.js";
import type { LocalRegistration } from "./wire-registration.js";

type YieldRequest = Extract<TabRequest, { kind: "yield" }>;
type FailRequest = Extract<TabRequest, { kind: "fail" }>;

/** An INVOCATION that a tab is handling and whose answer the router awaits. */
interface Invocation {
  readonly id: InvocationId;
  readonly message: InvocationMessage;
  readonly session: WireSession;
  callee: LocalRegistration;
  /** True once the handler may have been called, or the caller has canceled the call: no other tab gets the invocation then. */
  begun: boolean;
  /** True once an answer was refused and the caller got an ERROR: queued answers are then not sent. */
  refused: boolean;
}

const CANCELED = "wamp.error.canceled";

/** Handles the invocations of the tabs and their answers (WAMP, "Invocations"). */
export function createInvocations(registrations: Registrations, limits: Pick<TabLimits, "maxQueuedBytes">) {
  const byRequest = new Map<WireRequestId, Invocation>();
  const byTab = new TabTable<InvocationId, Invocation>();
  let lastId = 0;

  /**
   * Queues an answer, unless the tab does not, or no longer, have the invocation.
   * @param answerTo returns the answer to a request of the router, before the gate has judged it
   */
  const answer = (
    tab: Tab,
    id: InvocationId,
    progress: boolean,
    answerTo: (request: WireRequestId) => Yield | ErrorMessage,
  ): void => {
    const invocation = byTab.get(tab, id);
    if (invocation === undefined) return;
    const { session, message } = invocation;
    if (progress && message.details["receive_progress"] !== true) return;
    const given = answerTo(message.request);
    const bytes = queuedBytes(given, session);
    const queued = tab.queue.answerBytes + bytes;
    const { maxQueuedBytes } = limits;
    if (queued > maxQueuedBytes) {
      const refused = overflow("maxQueuedBytes", queued, maxQueuedBytes);
      return refuse(tab, invocation, { refused, instead: TOO_BIG });
    }
    if (!progress) end(invocation);
    tab.queue.answer({
      bytes,
      send: (open) => {
        if (open !== session || invocation.refused) return;
        const refusal = session.answer(given, (error) => warn(tab, invocation, error));
        if (refusal !== undefined) refuse(tab, invocation, refusal);
      },
    });
  };

  /** Ends the call with an ERROR instead of an answer that must not be sent, and interrupts the handler if it is still running. */
  const refuse = (tab: Tab, invocation: Invocation, { refused, instead }: AnswerRefusal): void => {
    warn(tab, invocation, refused);
    const { request } = invocation.message;
    invocation.refused = true;
    if (byRequest.get(request) === invocation) {
      interrupt(invocation, "killnowait", instead);
      end(invocation);
    }
    sendError(invocation.session, request, instead, refused.message);
  };

  const end = (invocation: Invocation): void => {
    unassign(invocation);
    byRequest.delete(invocation.message.request);
  };

  const assign = (invocation: Invocation, callee: LocalRegistration): void => {
    invocation.callee = callee;
    callee.running += 1;
    byTab.set(callee.tab, invocation.id, invocation);
    const { details, payload } = invocation.message;
    callee.tab.notices.push({
      kind: "invocation",
      invocation: invocation.id,
      registration: callee.handle,
      details,
      payload,
    });
  };

  const unassign = ({ id, callee }: Invocation): void => {
    byTab.remove(callee.tab, id);
    callee.running -= 1;
  };

  return {
    get size(): number {
      return byRequest.size;
    },

    /** Returns the number of invocations that a tab is handling. */
    count: (tab: Tab): number => byTab.count(tab),

    received(message: InvocationMessage, session: WireSession): void {
      const { request, registration } = message;
      const callee = registrations.pick(registration);
      if (callee === undefined) {
        return registrations.knows(registration)
          ? sendError(session, request, "wamp.error.unavailable", "every handler is at its concurrency limit")
          : sendError(session, request, "wamp.error.no_such_procedure", "the registration has ended");
      }
      const id = ++lastId as InvocationId;
      const invocation: Invocation = { id, message, session, callee, begun: false, refused: false };
      byRequest.set(request, invocation);
      assign(invocation, callee);
    },

    interrupted(request: WireRequestId, options: Dict): void {
      const invocation = byRequest.get(request);
      if (invocation === undefined) return;
      invocation.begun = true;
      const { mode, reason } = options;
      interrupt(invocation, cancelModeOr(mode, "kill"), typeof reason === "string" ? reason : CANCELED);
    },

    begun(tab: Tab, id: InvocationId): void {
      const invocation = byTab.get(tab, id);
      if (invocation !== undefined) invocation.begun = true;
    },

    yielded(tab: Tab, { invocation, progress, options: given, payload }: YieldRequest): void {
      const options = { ...passthruFromGiven(given), ...(progress && { progress }) };
      answer(tab, invocation, progress, (request) => ({ type: "YIELD", request, options, payload }));
    },

    failed(tab: Tab, { invocation, uri, details, options, payload }: FailRequest): void {
      // Details may be anything that can be cloned; the gate judges them.
      const all = options === undefined ? details : { ...details, ...passthruFromGiven(options) };
      answer(tab, invocation, false, (request) => errorMessage(request, uri, payload, all));
    },

    /** Moves the invocations of a tab that has left or vanished to other tabs if they had not begun; answers the others. */
    release(tab: Tab): void {
      for (const invocation of byTab.values(tab)) {
        unassign(invocation);
        const { message, begun, session } = invocation;
        const next = begun ? undefined : registrations.pick(message.registration);
        if (next !== undefined) assign(invocation, next);
        else {
          byRequest.delete(message.request);
          sendError(session, message.request, CANCELED, "the callee is gone");
        }
      }
    },

    /** Interrupts every handler, because the connection on which the answers were due is lost. */
    sessionLost(): void {
      for (const invocation of byRequest.values()) {
        unassign(invocation);
        interrupt(invocation, "killnowait", CANCELED);
      }
      byRequest.clear();
    },
  };
}

export type Invocations = ReturnType<typeof createInvocations>;

function interrupt({ id, callee }: Invocation, mode: CancelMode, reason: string): void {
  callee.tab.notices.push({ kind: "interrupt", invocation: id, mode, reason });
}

/** Warns the tab whose handler has given an answer that cannot be sent. */
function warn(tab: Tab, { callee }: Invocation, error: ErrorRecord): void {
  const warning = concerning(error, `answer to an invocation of ${callee.wire.procedure}`);
  tab.notices.push({ kind: "warning", error: warning });
}

/** Returns the size of an answer as counted in a queue. Its details have not been judged yet: they may be anything that can be cloned. */
function queuedBytes(answer: Yield | ErrorMessage, { serializer }: WireSession): number {
  if (answer.type === "YIELD") return queuedSize("", answer.options, answer.payload);
  return queuedSize(String(answer.error), plainDetails(answer.details, serializer.name), answer.payload);
}

/** Answers with an ERROR and, as far as the reason can be sent, with the reason: the caller must get an answer in any case. */
function sendError(session: WireSession, request: WireRequestId, error: string, reason: string): void {
  // A session that is not open accepts no answer, so no payload needs to be encoded for it.
  if (!session.open) return;
  const { serializer } = session;
  const payload = encoded(serializer, reason) ?? serializer.encodePayload([]);
  session.answer(errorMessage(request, error, payload));
}

function errorMessage(
  request: WireRequestId,
  error: string,
  payload: Payload,
  details: Dict = {},
): ErrorMessage {
  return { type: "ERROR", requestType: "INVOCATION", request, details, error, payload };
}

function encoded(serializer: Serializer, text: string): Payload | undefined {
  try {
    return serializer.encodePayload([toWellFormed(text)]);
  } catch {
    return undefined;
  }
}
