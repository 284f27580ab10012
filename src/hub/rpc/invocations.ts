import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { InvocationId } from "../../contract/ids.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { Invocation as InvocationMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { overflow, textPayload } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { TabTable } from "../tab-table.js";
import { queuedSize } from "../validation/message-size.js";
import { isPlainData } from "../validation/plain-data.js";
import { isCancelMode, validateUri } from "../validation/validate-request.js";
import { isRefused, toWirePayload } from "../validation/wire-payload.js";
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

/** The answer of a handler, before it is validated. */
type HandlerAnswer =
  | { readonly type: "YIELD"; readonly progress: boolean; readonly payload: Payload }
  | { readonly type: "ERROR"; readonly uri: string; readonly details: Dict; readonly payload: Payload };

/** The limits and rules for answers. */
type AnswerConfig = Pick<SessionConfig, "maxMessageSize" | "uriRules" | "limits">;

/** Handles the invocations of the tabs and their answers (WAMP, "Invocations"). */
export class Invocations {
  readonly #env: Environment;
  readonly #registrations: Registrations;
  readonly #config: AnswerConfig;
  readonly #byId = new Map<InvocationId, Invocation>();
  readonly #byRequest = new Map<WireRequestId, Invocation>();
  readonly #byTab = new TabTable<InvocationId, Invocation>();
  #lastId = 0;

  constructor(env: Environment, registrations: Registrations, config: AnswerConfig) {
    this.#env = env;
    this.#registrations = registrations;
    this.#config = config;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Returns the number of invocations that a tab is handling. */
  count(tab: Tab): number {
    return this.#byTab.count(tab);
  }

  received(message: InvocationMessage, session: WireSession): void {
    const { request, registration } = message;
    const callee = this.#registrations.pick(registration);
    if (callee === undefined) {
      return this.#registrations.knows(registration)
        ? sendError(session, request, "wamp.error.unavailable", "every handler is at its concurrency limit")
        : sendError(session, request, "wamp.error.no_such_procedure", "the registration has ended");
    }
    const id = ++this.#lastId as InvocationId;
    const invocation: Invocation = { id, message, session, callee, begun: false, refused: false };
    this.#byId.set(id, invocation);
    this.#byRequest.set(request, invocation);
    this.#assign(invocation, callee);
  }

  interrupted(request: WireRequestId, options: Dict): void {
    const invocation = this.#byRequest.get(request);
    if (invocation === undefined) return;
    invocation.begun = true;
    const { mode, reason } = options;
    interrupt(
      invocation,
      isCancelMode(mode) ? mode : "kill",
      typeof reason === "string" ? reason : "wamp.error.canceled",
    );
  }

  begun(tab: Tab, id: InvocationId): void {
    const invocation = this.#byTab.get(tab, id);
    if (invocation !== undefined) invocation.begun = true;
  }

  yielded(tab: Tab, request: YieldRequest): void {
    const { progress, payload } = request;
    this.#answer(tab, request.invocation, { type: "YIELD", progress, payload });
  }

  failed(tab: Tab, request: FailRequest): void {
    const error = validateUri("URI of a handler's error", request.uri, "error", this.#config.uriRules);
    if (error === undefined) {
      const { uri, payload } = request;
      const details = isPlainData(request.details) ? request.details : {};
      return this.#answer(tab, request.invocation, { type: "ERROR", uri, details, payload });
    }
    // Crossbar.io closes the socket for an invalid error URI; the caller gets a valid one instead.
    const payload = textPayload(error.message);
    const uri = "wamp.error.invalid_uri";
    this.#answer(tab, request.invocation, { type: "ERROR", uri, details: {}, payload });
    tab.notices.push({ kind: "warning", error });
  }

  /** Moves the invocations of a tab that has left or vanished to other tabs if they had not begun; answers the others. */
  release(tab: Tab): void {
    for (const invocation of this.#byTab.values(tab)) {
      this.#unassign(invocation);
      const { message, begun, session } = invocation;
      const next = begun ? undefined : this.#registrations.pick(message.registration);
      if (next !== undefined) {
        this.#assign(invocation, next);
        continue;
      }
      this.#forget(invocation);
      sendError(session, message.request, "wamp.error.canceled", "the callee is gone");
    }
  }

  /** Interrupts every handler, because the connection on which the answers were due is lost. */
  sessionLost(): void {
    for (const invocation of this.#byId.values()) {
      this.#unassign(invocation);
      interrupt(invocation, "killnowait", "wamp.error.canceled");
    }
    this.#byId.clear();
    this.#byRequest.clear();
  }

  /** Queues an answer, unless the tab does not, or no longer, have the invocation. */
  #answer(tab: Tab, id: InvocationId, answer: HandlerAnswer): void {
    const invocation = this.#byTab.get(tab, id);
    if (invocation === undefined) return;
    const progress = answer.type === "YIELD" && answer.progress;
    if (progress && invocation.message.details["receive_progress"] !== true) return;
    const { uri, options } = envelopeFromAnswer(answer);
    const bytes = queuedSize(uri, options, answer.payload);
    const queued = tab.queue.bytes + bytes;
    const { maxQueuedBytes } = this.#config.limits;
    if (queued > maxQueuedBytes) {
      return this.#refuse(tab, invocation, overflow("maxQueuedBytes", queued, maxQueuedBytes));
    }
    if (!progress) this.#end(invocation);
    tab.queue.answer({
      bytes,
      dropped: false,
      send: (session) => {
        if (session === invocation.session && !invocation.refused)
          this.#send(tab, invocation, answer, progress);
      },
    });
  }

  #send(tab: Tab, invocation: Invocation, answer: HandlerAnswer, progress: boolean): void {
    const { session } = invocation;
    const message = { payload: answer.payload, ...envelopeFromAnswer(answer) };
    const payload = toWirePayload(message, session, this.#env, this.#config.maxMessageSize);
    if (isRefused(payload)) return this.#refuse(tab, invocation, payload.refused);
    const { request } = invocation.message;
    if (answer.type === "ERROR") {
      const { details, uri } = answer;
      session.answer({ type: "ERROR", requestType: "INVOCATION", request, details, error: uri, payload });
    } else {
      session.answer({ type: "YIELD", request, options: progress ? { progress: true } : {}, payload });
    }
  }

  /** Ends the call with an ERROR instead of an answer that must not be sent, and interrupts the handler if it is still running. */
  #refuse(tab: Tab, invocation: Invocation, error: ErrorRecord): void {
    tab.notices.push({ kind: "warning", error });
    const isTooLarge = error.name === "OverflowError";
    const uri = isTooLarge ? "wamp.error.payload_size_exceeded" : "wamp.error.invalid_argument";
    const { request } = invocation.message;
    invocation.refused = true;
    if (this.#byId.has(invocation.id)) {
      interrupt(invocation, "killnowait", uri);
      this.#end(invocation);
    }
    sendError(invocation.session, request, uri, error.message);
  }

  #end(invocation: Invocation): void {
    this.#unassign(invocation);
    this.#forget(invocation);
  }

  #forget(invocation: Invocation): void {
    this.#byId.delete(invocation.id);
    this.#byRequest.delete(invocation.message.request);
  }

  #assign(invocation: Invocation, callee: LocalRegistration): void {
    invocation.callee = callee;
    callee.running += 1;
    this.#byTab.set(callee.tab, invocation.id, invocation);
    const { details, payload } = invocation.message;
    callee.tab.notices.push({
      kind: "invocation",
      invocation: invocation.id,
      registration: callee.handle,
      details,
      payload,
    });
  }

  #unassign({ id, callee }: Invocation): void {
    this.#byTab.remove(callee.tab, id);
    callee.running -= 1;
  }
}

function interrupt({ id, callee }: Invocation, mode: CancelMode, reason: string): void {
  callee.tab.notices.push({ kind: "interrupt", invocation: id, mode, reason });
}

/** Returns the parts of an answer that count towards its size, apart from the payload. */
function envelopeFromAnswer(answer: HandlerAnswer): { readonly uri: string; readonly options: Dict } {
  return answer.type === "ERROR" ? { uri: answer.uri, options: answer.details } : { uri: "", options: {} };
}

function sendError(session: WireSession, request: WireRequestId, error: string, reason: string): void {
  // A session that is not open accepts no answer, so no payload needs to be encoded for it.
  if (!session.open) return;
  const payload = session.serializer.encodePayload([reason]);
  session.answer({ type: "ERROR", requestType: "INVOCATION", request, details: {}, error, payload });
}
