import type { InvocationId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { isHandlerResult } from "../api/handler-result.js";
import type { InvocationContext, InvocationHandler } from "../api/invocation-context.js";
import { PayloadDecodeError, SerializationError } from "../errors/argument-errors.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { NO_TEXT, textFromThrown } from "../errors/thrown-text.js";
import { isWampError } from "../errors/wamp-error.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import type { TabContext } from "./tab-context.js";
import { answerFromError } from "./thrown-error.js";
import type { ErrorAnswer } from "./thrown-error.js";

export type InvocationNotice = Extract<Notice, { readonly kind: "invocation" }>;
export type InterruptNotice = Extract<Notice, { readonly kind: "interrupt" }>;

/** Answers the invocations of one registration. */
export interface Callee {
  readonly owner: Owner;
  readonly procedure: string;
  readonly handler: InvocationHandler;
}

interface RunningHandler {
  readonly owner: Owner;
  readonly controller: AbortController;
}

/** Handles the invocations that this tab answers. */
export class Invocations {
  readonly #running = new Map<InvocationId, RunningHandler>();
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  /** Calls the handler and sends its answer. */
  async run(notice: InvocationNotice, callee: Callee | undefined): Promise<void> {
    const { invocation } = notice;
    if (callee === undefined) {
      this.#fail(invocation, {
        uri: "wamp.error.unavailable",
        args: ["The tab has just unregistered this procedure"],
      });
      return;
    }
    const running = { owner: callee.owner, controller: new AbortController() };
    const context = this.#tryContext(notice, callee, running);
    if (context === undefined) return;
    this.#running.set(invocation, running);
    let answer: () => void;
    let mistake: { readonly thrown: unknown } | undefined;
    try {
      this.#tab.post({ kind: "begun", invocation });
      // Called as a function, or a method that has lost its object would get the callee as one.
      const { handler } = callee;
      const returned = await handler(context.args, context);
      answer = this.#yielding(invocation, returned, context.procedure);
    } catch (error) {
      answer = () => this.#failWith(invocation, error, running.controller.signal);
      if (isMistake(error, running)) mistake = { thrown: error };
    }
    // Otherwise the worker that sent the invocation is lost, and its number may already belong to another invocation.
    if (this.#running.get(invocation) === running) {
      this.#running.delete(invocation);
      answer();
    }
    // The caller gets only its message, and may be another program: its author looks at this page.
    if (mistake !== undefined) this.#tab.report(mistake.thrown);
  }

  /** Aborts the signal of a handler whose answer is no longer wanted. */
  interrupt({ invocation, reason }: InterruptNotice): void {
    this.#running
      .get(invocation)
      ?.controller.abort(new CanceledError(`The call is no longer wanted: ${reason}`));
  }

  /** Aborts the signals of all handlers, because their callers can no longer be answered. */
  abandon(makeError: () => Error): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const { controller } of running) controller.abort(makeError());
  }

  /** Answers the calls that the handlers of an owner have not answered, because it has left, and aborts their signals. */
  ownerLeft(owner: Owner, makeError: () => Error): void {
    for (const [invocation, running] of [...this.#running]) {
      if (running.owner !== owner) continue;
      this.#running.delete(invocation);
      this.#fail(invocation, { uri: "wamp.error.canceled", args: ["the callee is gone"] });
      running.controller.abort(makeError());
    }
  }

  /** Answers a call whose arguments cannot be decoded, which is no fault of the handler. */
  #tryContext(
    notice: InvocationNotice,
    callee: Callee,
    running: RunningHandler,
  ): InvocationContext | undefined {
    try {
      return this.#context(notice, callee, running);
    } catch (error) {
      if (error instanceof PayloadDecodeError) callee.owner.warn(error);
      this.#fail(notice.invocation, this.#answerFrom(error));
      return undefined;
    }
  }

  #context(
    { invocation, details, payload }: InvocationNotice,
    { procedure }: Callee,
    running: RunningHandler,
  ): InvocationContext {
    const { args, kwargs } = this.#tab.coder.decode(payload, `a call of ${procedure}`);
    const progress = (parts: readonly unknown[] = [], kwparts: Dict = {}): void => {
      if (this.#running.get(invocation) !== running) return;
      const part = this.#tab.coder.encode(parts, kwparts);
      this.#tab.post({ kind: "yield", invocation, progress: true, payload: part });
    };
    return {
      args,
      kwargs,
      details,
      procedure: typeof details["procedure"] === "string" ? details["procedure"] : procedure,
      ...(typeof details["caller"] === "number" && { caller: details["caller"] }),
      signal: running.controller.signal,
      ...(details["receive_progress"] === true && { progress }),
    };
  }

  /** Encodes the result at once, so that a result that cannot be encoded counts as a failure of the handler. */
  #yielding(invocation: InvocationId, returned: unknown, procedure: string): () => void {
    const payload = this.#encodeResult(returned, procedure);
    return () => this.#tab.post({ kind: "yield", invocation, progress: false, payload });
  }

  #encodeResult(returned: unknown, procedure: string): Payload {
    const { coder } = this.#tab;
    try {
      if (isHandlerResult(returned)) return coder.encode(returned.args, returned.kwargs);
      return coder.encode(returned === undefined ? [] : [returned]);
    } catch (cause) {
      if (!(cause instanceof SerializationError)) throw cause;
      const { message, path } = cause;
      throw new SerializationError(`The result of ${procedure} cannot be encoded: ${message}`, {
        path,
        cause,
      });
    }
  }

  #failWith(invocation: InvocationId, error: unknown, { aborted }: AbortSignal): void {
    const answer = this.#answerFrom(error);
    this.#fail(invocation, aborted ? { ...answer, uri: "wamp.error.canceled" } : answer);
  }

  /** Returns the answer for whatever a handler threw. Never throws, because the caller would wait forever. */
  #answerFrom(error: unknown): ErrorAnswer {
    try {
      if (isWampError(error)) return answerFromError(error, this.#tab.report);
      const uri =
        error instanceof PayloadDecodeError ? "wamp.error.invalid_argument" : "wamp.error.runtime_error";
      return { uri, args: [textFromThrown(error)] };
    } catch {
      // The value's own code failed, such as a getter of an error or a trap of a proxy.
      return { uri: "wamp.error.runtime_error", args: [NO_TEXT] };
    }
  }

  #fail(invocation: InvocationId, { uri, args, kwargs, details = {} }: ErrorAnswer): void {
    const { coder, post, report } = this.#tab;
    const fail = (payload: Payload): void => post({ kind: "fail", invocation, uri, details, payload });
    try {
      fail(coder.encode(args, kwargs));
    } catch (error) {
      report(error);
      fail(coder.encode(["The arguments of this error cannot be encoded"]));
    }
  }
}

/**
 * Tells whether what a handler threw is a mistake of its author. A `WampError` is an answer, and the reason of an aborted signal, or an
 * abort error of the platform's, is obedience. So is the error of a request that the handler itself has made, and that fails for the same
 * reason, such as the end of its lease.
 */
function isMistake(thrown: unknown, { owner, controller: { signal } }: RunningHandler): boolean {
  try {
    if (isWampError(thrown)) return false;
    // Before the signal is aborted, too.
    if (isFarewell(thrown, owner)) return false;
    if (!signal.aborted) return true;
    if (thrown === signal.reason) return false;
    const { name } = thrown as Error;
    return !(name === "AbortError" || (isWampMuxError(thrown) && name === (signal.reason as Error).name));
  } catch {
    // The value's own code failed, such as a trap of a proxy.
    return true;
  }
}
