import type { RequestId } from "../../contract/ids.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import type { CallOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import { CanceledError } from "../errors/outcome-errors.js";
import type { Owner } from "../requests/owner.js";
import type { Answer, RequestSpec } from "../requests/request-spec.js";
import { createQueue } from "./async-queue.js";
import { takeLazy, withLazyPayload } from "./lazy.js";
import { publicIterator } from "./public-object.js";
import { keyOf, parseOptions, parsePayload, storedOf, withPayload } from "./request-parts.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

/** One call of the application. */
export interface GivenCall {
  /** The public method, for the messages of errors. */
  readonly method: string;
  readonly procedure: string;
  readonly args: readonly unknown[] | EncodedPayload;
  readonly options: OptionsArguments<CallOptions>;
  /** True for a method that returns the whole result, which may remain encoded. */
  readonly canBeLazy?: boolean;
}

/** Returns what `Session.callResult` resolves with. */
export function wholeResult(received: ProgressiveResult): CallResult {
  const { details, payload } = received;
  if (payload !== undefined) return withLazyPayload({ details }, payload);
  const { args, kwargs } = received;
  return { args, kwargs, details };
}

/** Calls a procedure; see `Session.callResult`. Resolves with what `pick` takes from the result. */
export function call<T>(
  tab: TabContext,
  owner: Owner,
  given: GivenCall,
  pick: (result: ProgressiveResult) => T,
): Promise<T> {
  return tab.requests.send((request) => {
    const spec = describeCall(tab, owner, request, given, {});
    return { ...spec, answer: (answer) => pick(spec.answer(answer)) };
  });
}

/** Calls a procedure for progressive results, and iterates once over them; see `Session.callProgressive`. */
export function callProgressive(
  tab: TabContext,
  owner: Owner,
  given: GivenCall,
): AsyncIterableIterator<ProgressiveResult, undefined> {
  const parts = createQueue<ProgressiveResult>();
  let cancel: (reason: unknown) => void = () => undefined;

  const progressive = (request: RequestId): RequestSpec<ProgressiveResult> => {
    cancel = (reason) => tab.requests.cancel(request, reason);
    const spec = describeCall(tab, owner, request, given, { receive_progress: true });
    const progress = (answer: Answer): void => {
      try {
        parts.push(spec.answer(answer));
      } catch (error) {
        // The reader would miss this part. It need not wait for the answer to the CANCEL, as the call itself does with "kill".
        parts.fail(error);
        cancel(error);
      }
    };
    return { ...spec, progress };
  };

  void tab.requests.send(progressive).then((final) => {
    parts.push(final);
    parts.end();
  }, parts.fail);

  return publicIterator("ProgressiveCall", {
    next: parts.next,
    // Cancels the call, because its results are no longer read.
    return: () => {
      cancel(new CanceledError("The results of this call are no longer read"));
      parts.clear();
      parts.end();
      return Promise.resolve({ done: true, value: undefined });
    },
  });
}

function describeCall(
  tab: TabContext,
  owner: Owner,
  request: RequestId,
  { method, procedure, args, options: all, canBeLazy = false }: GivenCall,
  more: { readonly receive_progress?: true },
): RequestSpec<ProgressiveResult> {
  text(`${method}: procedure`, procedure);
  const { isLazy, given } = canBeLazy ? takeLazy(tab, method, all) : { isLazy: false, given: all };
  // A call with several results cannot be durable, and the hub refuses it.
  const key = more.receive_progress === true ? undefined : keyOf(tab, given);
  const { callTimeout, outbox } = tab.defaults;
  const defaultTimeout = key === undefined ? callTimeout : outbox.maxAge;
  const { signal, ...parsed } = parseOptions(tab, method, given, defaultTimeout, true);
  const payload = parsePayload(tab, method, args, given, { content: "call", uri: procedure }, key);
  return {
    owner,
    ...withPayload(
      {
        kind: "call",
        request,
        procedure,
        ...parsed,
        ...(key !== undefined && { offline: { key } }),
        options: { ...parsed.options, ...more },
      },
      payload,
    ),
    ...storedOf(tab, given, key),
    signal,
    // The copy, which can be posted whatever it is.
    cancelMode: parsed.given?.["cancelMode"] as CancelMode | undefined,
    answer: (answer) => {
      if (answer.kind !== "result") throw new Error(`A call was answered by "${answer.kind}"`);
      const { payload: answered, details, progress } = answer;
      const message = `the result of ${procedure}`;
      if (isLazy) return withLazyPayload({ details, progress }, tab.coder.view(answered, message));
      const { args: results, kwargs } = tab.coder.decode(answered, message);
      return { args: results, kwargs, details, progress };
    },
  };
}
