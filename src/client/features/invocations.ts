import type { InvocationId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { decodeArguments } from "../api/call-result.js";
import { PayloadDecodeError, SerializationError } from "../errors/argument-errors.js";
import { isWampError } from "../errors/guards.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { HandlerResult } from "../api/handler-result.js";
import type { InvocationContext, InvocationHandler } from "../api/invocation-context.js";
import { encodePayload } from "../requests/payload-coder.js";
import type { TabContext } from "./tab-context.js";
import { answerOf } from "./thrown-error.js";
import type { ErrorAnswer } from "./thrown-error.js";

export type InvocationNotice = Extract<Notice, { readonly kind: "invocation" }>;
export type InterruptNotice = Extract<Notice, { readonly kind: "interrupt" }>;

/** Who answers an invocation. */
export interface Callee {
  readonly procedure: string;
  readonly handler: InvocationHandler;
}

/** The invocations that this page answers at the moment. */
export class Invocations {
  readonly #running = new Map<InvocationId, AbortController>();
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Calls the handler and answers with what it comes to. */
  async run(notice: InvocationNotice, callee: Callee | undefined): Promise<void> {
    const { invocation } = notice;
    if (callee === undefined) {
      this.#fail(invocation, {
        uri: "wamp.error.unavailable",
        args: ["The page has just unregistered this procedure"],
      });
      return;
    }
    const running = new AbortController();
    this.#running.set(invocation, running);
    let answer: () => void;
    try {
      const context = this.#contextOf(notice, callee, running);
      this.#tab.post({ kind: "begun", invocation });
      const returned = await callee.handler(context.args, context);
      answer = this.#yielding(invocation, returned);
    } catch (error) {
      answer = () => this.#failWith(invocation, error, running.signal);
    }
    // Otherwise the worker that asked is gone, and the number may mean another invocation by now.
    if (this.#running.get(invocation) !== running) return;
    this.#running.delete(invocation);
    answer();
  }

  interrupt({ invocation, reason }: InterruptNotice): void {
    this.#running.get(invocation)?.abort(new CanceledError(`The call is not wanted any more: ${reason}`));
  }

  /** Nobody can be answered any more. */
  abandon(makeError: () => Error): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const controller of running) controller.abort(makeError());
  }

  #contextOf(
    { invocation, details, payload }: InvocationNotice,
    { procedure }: Callee,
    running: AbortController,
  ): InvocationContext {
    const { args, kwargs } = decodeArguments(`a call of ${procedure}`, payload);
    const progress = (parts: readonly unknown[] = [], kwparts: Dict = {}): void => {
      if (this.#running.get(invocation) !== running) return;
      const part = encodePayload(this.#tab.serializer(), parts, kwparts);
      this.#tab.post({ kind: "yield", invocation, progress: true, payload: part });
    };
    return {
      args,
      kwargs,
      details,
      procedure: typeof details["procedure"] === "string" ? details["procedure"] : procedure,
      ...(typeof details["caller"] === "number" && { caller: details["caller"] }),
      signal: running.signal,
      ...(details["receive_progress"] === true && { progress }),
    };
  }

  /** Encodes at once, so that a result that has no encoding is a failure of the handler. */
  #yielding(invocation: InvocationId, returned: unknown): () => void {
    const payload = this.#encodeResult(returned);
    return () => this.#tab.post({ kind: "yield", invocation, progress: false, payload });
  }

  #encodeResult(returned: unknown): Payload {
    const serializer = this.#tab.serializer();
    if (returned instanceof HandlerResult) return encodePayload(serializer, returned.args, returned.kwargs);
    return encodePayload(serializer, returned === undefined ? [] : [returned]);
  }

  #failWith(invocation: InvocationId, error: unknown, signal: AbortSignal): void {
    if (isWampError(error)) {
      this.#fail(
        invocation,
        answerOf(error, (fault) => this.#tab.warn(fault)),
      );
      return;
    }
    const notCarried = error instanceof SerializationError || error instanceof PayloadDecodeError;
    // Not the caller's fault: somebody here should know.
    if (notCarried) this.#tab.warn(error);
    const uri = notCarried ? "wamp.error.invalid_argument" : "wamp.error.runtime_error";
    const message = error instanceof Error ? error.message : String(error);
    this.#fail(invocation, { uri: signal.aborted ? "wamp.error.canceled" : uri, args: [message] });
  }

  #fail(invocation: InvocationId, { uri, args, kwargs = {}, details = {} }: ErrorAnswer): void {
    const post = (payload: Payload): void =>
      this.#tab.post({ kind: "fail", invocation, uri, details, payload });
    try {
      post(encodePayload(this.#tab.serializer(), args, kwargs));
    } catch (error) {
      if (error instanceof SerializationError) this.#tab.warn(error);
      post(encodePayload(this.#tab.serializer(), ["The arguments of this error have no encoding"]));
    }
  }
}
