import type { InvocationId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { TabRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import { isHandlerResult } from "../api/handler-result.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { PassthruOptions } from "../api/passthru.js";
import { cloned } from "../errors/checks.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { NO_TEXT, textFromThrown } from "../errors/thrown-text.js";
import { isWampError } from "../errors/wamp-error.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { isEncodedPayload } from "../requests/encoded-payload.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import { payloadDecodeError } from "../requests/payload-coder.js";
import type { Postable } from "../requests/request-sender.js";
import { withLazyPayload } from "./lazy.js";
import type { TabContext } from "./tab-context.js";
import { answerFromError } from "./thrown-error.js";
import type { ErrorAnswer } from "./thrown-error.js";

export type InvocationNotice = Extract<Notice, { readonly kind: "invocation" }>;
type FailRequest = Extract<TabRequest, { readonly kind: "fail" }>;
type YieldRequest = Extract<TabRequest, { readonly kind: "yield" }>;
export type InterruptNotice = Extract<Notice, { readonly kind: "interrupt" }>;

/** Answers the invocations of one registration. */
export interface Callee {
  readonly owner: Owner;
  /** The procedure or pattern. */
  readonly uri: string;
  readonly match: MatchPolicy;
  readonly handler: InvocationHandler;
  /** True if the handler gets the arguments encoded. */
  readonly isLazy: boolean;
}

/** The call that a handler answers. */
interface AnsweredCall {
  readonly owner: Owner;
  readonly procedure: string;
  /** The procedure or pattern that the tab has registered. */
  readonly pattern: string;
  readonly details: Dict;
}

/** The content of an answer. */
interface Answered {
  readonly args: readonly unknown[];
  readonly kwargs?: Dict;
  readonly options?: PassthruOptions;
}

interface RunningHandler {
  readonly owner: Owner;
  readonly controller: AbortController;
}

export type Invocations = ReturnType<typeof createInvocations>;

/** Creates the table of the invocations that this tab answers. */
export function createInvocations({ coder, post, report }: TabContext) {
  const handlers = new Map<InvocationId, RunningHandler>();

  /** Returns an ERROR in the words of this package, which every caller may read. */
  function failure(invocation: InvocationId, uri: string, text: string, details: Dict = {}): FailRequest {
    return { kind: "fail", invocation, uri, details, payload: coder.encode([text]) };
  }

  /**
   * Returns an answer with its payload, which may take its time. Throws for values that cannot be encoded; the promise never rejects.
   * @param prefix the beginning of that error's message
   */
  function answer(
    { owner, procedure: uri, pattern, details }: AnsweredCall,
    message: Omit<YieldRequest, "payload"> | Omit<FailRequest, "payload">,
    content: Answered | EncodedPayload,
    prefix?: string,
  ): Postable {
    const given = "options" in content ? content.options : undefined;
    const options = given && cloned("The handler's result: options", given);
    const kind =
      message.kind === "yield"
        ? ({ content: "result" } as const)
        : ({ content: "error", error: message.uri } as const);
    const answered = { ...kind, uri, pattern, options: options ?? {}, details };
    const made = isEncodedPayload(content)
      ? coder.pass(answered, content, prefix)
      : coder.seal(answered, content.args, content.kwargs, prefix);
    if (!("then" in made)) return { ...message, options, payload: made };
    return made.then(
      ({ payload, options: attributes }) => ({ ...message, options: attributes as Dict, payload }),
      (error: unknown) => {
        if (isWampMuxError(error)) owner.warn(error);
        else report(error);
        return failure(message.invocation, "wamp.error.runtime_error", "The answer could not be encrypted");
      },
    );
  }

  /** Sends the ERROR of a handler. */
  function fail(invocation: InvocationId, thrown: ErrorAnswer, call: AnsweredCall): void {
    const { uri, details = {} } = thrown;
    try {
      post(answer(call, { kind: "fail", invocation, uri, details }, thrown));
    } catch (error) {
      report(error);
      post(failure(invocation, uri, "The arguments of this error cannot be encoded", details));
    }
  }

  /** Returns the answer for whatever a handler threw. Never throws, because the caller would wait forever. */
  function answerFrom(error: unknown): ErrorAnswer {
    try {
      if (isWampError(error)) return answerFromError(error, report);
      return { uri: "wamp.error.runtime_error", args: [textFromThrown(error)] };
    } catch {
      // The value's own code failed, such as a getter of an error or a trap of a proxy.
      return { uri: "wamp.error.runtime_error", args: [NO_TEXT] };
    }
  }

  return {
    /** Calls the handler and sends its answer. */
    async run({ invocation, details, payload }: InvocationNotice, callee: Callee | undefined): Promise<void> {
      if (callee === undefined) {
        post(failure(invocation, "wamp.error.unavailable", "The tab has just unregistered this procedure"));
        return;
      }
      const { owner, handler, isLazy } = callee;
      const message = `a call of ${callee.uri}`;
      const view = isLazy ? coder.view(payload, message) : undefined;
      const decoded = view ?? coder.tryDecode(payload);
      // No fault of the handler.
      const refuse = (error: WampMuxError): void => {
        owner.warn(error);
        post(failure(invocation, "wamp.error.invalid_argument", error.message));
      };
      if ("failure" in decoded) return refuse(payloadDecodeError(message, decoded.failure));
      const controller = new AbortController();
      const { signal } = controller;
      const running = { owner, controller };
      // Otherwise the worker that sent the invocation is lost, and its number may already belong to another invocation.
      const isOpen = (): boolean => handlers.get(invocation) === running;
      const progress = (parts: readonly unknown[] | EncodedPayload = [], kwparts: Dict = {}): void => {
        if (!isOpen()) return;
        const part = isEncodedPayload(parts) ? parts : { args: parts as readonly unknown[], kwargs: kwparts };
        post(answer(call, { kind: "yield", invocation, progress: true }, part));
      };
      const { procedure: called, caller } = details;
      const { uri: pattern, match } = callee;
      const procedure = typeof called === "string" ? called : pattern;
      // By what the router names, it could choose the rule, and the key.
      const call = { owner, procedure: match === "exact" ? pattern : procedure, pattern, details };
      const rest = {
        details,
        procedure,
        ...(typeof caller === "number" && { caller }),
        signal,
        ...(details["receive_progress"] === true && { progress }),
      };
      const [given, context] =
        view === undefined
          ? [decoded.args, { args: decoded.args, kwargs: decoded.kwargs, ...rest }]
          : [view, withLazyPayload(rest, view)];
      handlers.set(invocation, running);
      try {
        post({ kind: "begun", invocation });
        // Called as a function, or a method that has lost its object would get the callee as one.
        const returned: unknown = await handler(given as readonly unknown[], context);
        // Encoded before the call counts as answered, so that a result that cannot be encoded counts as a failure of the handler.
        const result = answer(
          call,
          { kind: "yield", invocation, progress: false },
          isHandlerResult(returned) || isEncodedPayload(returned)
            ? returned
            : { args: returned === undefined ? [] : [returned] },
          `The result of ${procedure} cannot be encoded: `,
        );
        if (!isOpen()) return;
        handlers.delete(invocation);
        post(result);
      } catch (error) {
        if (coder.isFailure(view, error) && isOpen()) {
          handlers.delete(invocation);
          return refuse(error as WampMuxError);
        }
        const isReported = isMistake(error, running);
        if (isOpen()) {
          handlers.delete(invocation);
          const thrown = answerFrom(error);
          fail(invocation, signal.aborted ? { ...thrown, uri: "wamp.error.canceled" } : thrown, call);
        }
        // The caller gets only its message, and may be another program: its author looks at this page.
        if (isReported) report(error);
      }
    },

    /** Aborts the signal of a handler whose answer is no longer wanted. */
    interrupt: ({ invocation, reason }: InterruptNotice): void =>
      handlers
        .get(invocation)
        ?.controller.abort(new CanceledError(`The call is no longer wanted: ${reason}`)),

    /**
     * Aborts the signals of handlers whose callers they can no longer answer.
     * @param owner the owner of these handlers, which has left: their calls are answered for them
     */
    abandon(makeError: () => Error, owner?: Owner): void {
      const all = [...handlers].filter(([, running]) => owner === undefined || running.owner === owner);
      for (const [invocation] of all) handlers.delete(invocation);
      for (const [invocation, { controller }] of all) {
        if (owner !== undefined) post(failure(invocation, "wamp.error.canceled", "the callee is gone"));
        controller.abort(makeError());
      }
    },
  };
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
