import type { ErrorRecord } from "../../contract/errors.js";
import type { InvocationId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { Invocation as InvocationMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { overflow, textPayload } from "../error-records.js";
import { toWirePayload, isRefused, queuedSize } from "../validation/wire-payload.js";
import { isPlainData } from "../validation/plain-data.js";
import { isCancelMode, validateUri } from "../validation/validate-request.js";
import type { Registrations } from "./registrations.js";
import type { Tab } from "../tab/tab.js";
import type { LocalRegistration } from "./wire-registration.js";
import type { WireSession } from "../../connection/wire-session.js";

type YieldRequest = Extract<TabRequest, { kind: "yield" }>;
type FailRequest = Extract<TabRequest, { kind: "fail" }>;

/** An INVOCATION that a tab has and the router waits for. */
export interface Invocation {
  readonly id: InvocationId;
  readonly wire: InvocationMessage;
  readonly session: WireSession;
  callee: LocalRegistration;
  /** The handler was called: another tab's must not be. */
  begun: boolean;
  /** An answer could not go out, and the caller was told: what is queued of it is not sent. */
  refused: boolean;
}

/** The answer of a handler, before it is judged. */
type HandlerAnswer =
  | { readonly type: "YIELD"; readonly progress: boolean; readonly payload: Payload }
  | { readonly type: "ERROR"; readonly uri: string; readonly details: Dict; readonly payload: Payload };

/** What answers are judged by. */
type AnswerConfig = Pick<SessionConfig, "maxMessageSize" | "uriRules" | "limits">;

/** Invocations on their way to a tab and back (WAMP, "Invocations"). */
export class Invocations {
  readonly #env: Environment;
  readonly #registrations: Registrations;
  readonly #config: AnswerConfig;
  readonly #byId = new Map<InvocationId, Invocation>();
  readonly #byWire = new Map<WireRequestId, Invocation>();
  #lastId = 0;

  constructor(env: Environment, registrations: Registrations, config: AnswerConfig) {
    this.#env = env;
    this.#registrations = registrations;
    this.#config = config;
  }

  get size(): number {
    return this.#byId.size;
  }

  received(wire: InvocationMessage, session: WireSession): void {
    const callee = this.#registrations.pick(wire.registration);
    if (callee === undefined) {
      const known = this.#registrations.knows(wire.registration);
      const why = known ? "every handler is at its concurrency limit" : "the registration has ended";
      return sendError(
        session,
        wire.request,
        known ? "wamp.error.unavailable" : "wamp.error.no_such_procedure",
        why,
      );
    }
    const id = ++this.#lastId as InvocationId;
    const invocation: Invocation = { id, wire, session, callee, begun: false, refused: false };
    this.#byId.set(id, invocation);
    this.#byWire.set(wire.request, invocation);
    assign(invocation, callee);
  }

  interrupted(request: WireRequestId, options: Dict): void {
    const invocation = this.#byWire.get(request);
    if (invocation === undefined) return;
    // No other tab shall begin what the caller has given up.
    invocation.begun = true;
    const { mode, reason } = options;
    invocation.callee.tab.notices.push({
      kind: "interrupt",
      invocation: invocation.id,
      mode: isCancelMode(mode) ? mode : "kill",
      reason: typeof reason === "string" ? reason : "wamp.error.canceled",
    });
  }

  begun(tab: Tab, id: InvocationId): void {
    const invocation = tab.invocations.get(id);
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
    this.#answer(tab, request.invocation, replacement("wamp.error.invalid_uri", error.message));
    tab.notices.push({ kind: "warning", error });
  }

  /** A tab is gone: who had not begun is served by another tab, the others' callers are told. */
  release(tab: Tab): void {
    for (const invocation of [...tab.invocations.values()]) {
      unassign(invocation);
      const next = invocation.begun ? undefined : this.#registrations.pick(invocation.wire.registration);
      if (next !== undefined) {
        assign(invocation, next);
        continue;
      }
      this.#forget(invocation);
      sendError(invocation.session, invocation.wire.request, "wamp.error.canceled", "the callee is gone");
    }
  }

  /** Nobody waits for the answers any more: the handlers are told to stop. */
  sessionLost(): void {
    for (const invocation of this.#byId.values()) {
      unassign(invocation);
      const { id, callee } = invocation;
      callee.tab.notices.push({
        kind: "interrupt",
        invocation: id,
        mode: "killnowait",
        reason: "wamp.error.canceled",
      });
    }
    this.#byId.clear();
    this.#byWire.clear();
  }

  /** Answers of a tab that does not hold the invocation (any more) have no receiver. */
  #answer(tab: Tab, id: InvocationId, answer: HandlerAnswer): void {
    const invocation = tab.invocations.get(id);
    if (invocation === undefined) return;
    const progress = answer.type === "YIELD" && answer.progress;
    if (progress && invocation.wire.details["receive_progress"] !== true) return;
    const bytes =
      answer.type === "ERROR"
        ? queuedSize(answer.uri, answer.details, answer.payload)
        : queuedSize("", {}, answer.payload);
    const queued = tab.queue.bytes + bytes;
    if (queued > this.#config.limits.maxQueuedBytes) {
      return this.#refuse(
        tab,
        invocation,
        overflow("maxQueuedBytes", queued, this.#config.limits.maxQueuedBytes),
      );
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
    const isError = answer.type === "ERROR";
    const message = {
      payload: answer.payload,
      uri: isError ? answer.uri : "",
      options: isError ? answer.details : {},
    };
    const payload = toWirePayload(message, session, this.#env, this.#config.maxMessageSize);
    if (isRefused(payload)) return this.#refuse(tab, invocation, payload.refused);
    const { request } = invocation.wire;
    if (isError) {
      const { details, uri } = answer;
      session.answer({ type: "ERROR", requestType: "INVOCATION", request, details, error: uri, payload });
    } else {
      session.answer({ type: "YIELD", request, options: progress ? { progress: true } : {}, payload });
    }
  }

  /** What cannot go out ends the call, as silence would leave the caller waiting; a handler that still runs is told to stop. */
  #refuse(tab: Tab, invocation: Invocation, error: ErrorRecord): void {
    tab.notices.push({ kind: "warning", error });
    const tooMuch = error.name === "OverflowError";
    const uri = tooMuch ? "wamp.error.payload_size_exceeded" : "wamp.error.invalid_argument";
    const { request } = invocation.wire;
    invocation.refused = true;
    if (this.#byId.has(invocation.id)) {
      this.interrupted(request, { mode: "killnowait", reason: uri });
      this.#end(invocation);
    }
    sendError(invocation.session, request, uri, error.message);
  }

  /** The callee has nothing to do with it any more. */
  #end(invocation: Invocation): void {
    unassign(invocation);
    this.#forget(invocation);
  }

  #forget(invocation: Invocation): void {
    this.#byId.delete(invocation.id);
    this.#byWire.delete(invocation.wire.request);
  }
}

function assign(invocation: Invocation, callee: LocalRegistration): void {
  invocation.callee = callee;
  callee.running += 1;
  callee.tab.invocations.set(invocation.id, invocation);
  const { details, payload } = invocation.wire;
  callee.tab.notices.push({
    kind: "invocation",
    invocation: invocation.id,
    registration: callee.handle,
    details,
    payload,
  });
}

function unassign({ id, callee }: Invocation): void {
  if (!callee.tab.invocations.delete(id)) throw new Error(`Invocation ${id} is not at its callee`);
  callee.running -= 1;
}

function sendError(session: WireSession, request: WireRequestId, error: string, why: string): void {
  // A session that is not open takes no answer, and no payload has to be encoded for it.
  if (!session.open) return;
  const payload = session.serializer.encodePayload([why]);
  session.answer({ type: "ERROR", requestType: "INVOCATION", request, details: {}, error, payload });
}

function replacement(uri: string, why: string): HandlerAnswer {
  return { type: "ERROR", uri, details: {}, payload: textPayload(why) };
}
