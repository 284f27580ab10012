import type { InvocationId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { isHandlerResult } from "../api/handler-result.js";
import type { InvocationContext, InvocationHandler } from "../api/invocation-context.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { NO_TEXT, textFromThrown } from "../errors/thrown-text.js";
import { isWampError } from "../errors/wamp-error.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import { payloadDecodeError } from "../requests/payload-coder.js";
import type { TabContext } from "./tab-context.js";
import { answerFromError } from "./thrown-error.js";
import type { ErrorAnswer } from "./thrown-error.js";

export type InvocationNotice = Extract<Notice, { readonly kind: "invocation" }>;
export type InterruptNotice = Extract<Notice, { readonly kind: "interrupt" }>;

/** Answers the invocations of one registration. */
export interface Callee {
  readonly owner: Owner;
  /** The procedure or pattern. */
  readonly uri: string;
  readonly handler: InvocationHandler;
}

interface RunningHandler {
  readonly owner: Owner;
  readonly controller: AbortController;
}

export type Invocations = ReturnType<typeof createInvocations>;

/** Creates the table of the invocations that this tab answers. */
export function createInvocations({ coder, post, report }: TabContext) {
  const handlers = new Map<InvocationId, RunningHandler>();

  function fail(invocation: InvocationId, { uri, args, kwargs, details = {} }: ErrorAnswer): void {
    const send = (payload: Payload): void => post({ kind: "fail", invocation, uri, details, payload });
    try {
      send(coder.encode(args, kwargs));
    } catch (error) {
      report(error);
      send(coder.encode(["The arguments of this error cannot be encoded"]));
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

  function encodeResult(returned: unknown, procedure: string): Payload {
    const what = `The result of ${procedure} cannot be encoded: `;
    if (isHandlerResult(returned)) return coder.encode(returned.args, returned.kwargs, what);
    return coder.encode(returned === undefined ? [] : [returned], undefined, what);
  }

  return {
    /** Calls the handler and sends its answer. */
    async run({ invocation, details, payload }: InvocationNotice, callee: Callee | undefined): Promise<void> {
      if (callee === undefined) {
        fail(invocation, {
          uri: "wamp.error.unavailable",
          args: ["The tab has just unregistered this procedure"],
        });
        return;
      }
      const { owner, handler } = callee;
      const decoded = coder.tryDecode(payload);
      if ("failure" in decoded) {
        // No fault of the handler.
        const error = payloadDecodeError(`a call of ${callee.uri}`, decoded.failure);
        owner.warn(error);
        fail(invocation, { uri: "wamp.error.invalid_argument", args: [error.message] });
        return;
      }
      const { args, kwargs } = decoded;
      const controller = new AbortController();
      const { signal } = controller;
      const running = { owner, controller };
      // Otherwise the worker that sent the invocation is lost, and its number may already belong to another invocation.
      const isOpen = (): boolean => handlers.get(invocation) === running;
      const progress = (parts: readonly unknown[] = [], kwparts: Dict = {}): void => {
        if (isOpen())
          post({ kind: "yield", invocation, progress: true, payload: coder.encode(parts, kwparts) });
      };
      const { procedure: called, caller } = details;
      const procedure = typeof called === "string" ? called : callee.uri;
      const context: InvocationContext = {
        args,
        kwargs,
        details,
        procedure,
        ...(typeof caller === "number" && { caller }),
        signal,
        ...(details["receive_progress"] === true && { progress }),
      };
      handlers.set(invocation, running);
      try {
        post({ kind: "begun", invocation });
        // Called as a function, or a method that has lost its object would get the callee as one.
        const returned = await handler(args, context);
        // Encoded before the call counts as answered, so that a result that cannot be encoded counts as a failure of the handler.
        const result = encodeResult(returned, procedure);
        if (!isOpen()) return;
        handlers.delete(invocation);
        post({ kind: "yield", invocation, progress: false, payload: result });
      } catch (error) {
        const isReported = isMistake(error, running);
        if (isOpen()) {
          handlers.delete(invocation);
          const answer = answerFrom(error);
          fail(invocation, signal.aborted ? { ...answer, uri: "wamp.error.canceled" } : answer);
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
        if (owner !== undefined)
          fail(invocation, { uri: "wamp.error.canceled", args: ["the callee is gone"] });
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
