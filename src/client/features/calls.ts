import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import type { CallOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import { follow } from "../requests/abort.js";
import type { Owner } from "../requests/owner.js";
import { parseArgs, parseKwargs, parseOptions } from "../requests/parse-options.js";
import type { OptionsArguments } from "../requests/parse-options.js";
import type { Answer, RequestSpec } from "../requests/pending-request.js";
import { progressiveCall } from "./progressive-call.js";
import type { TabContext } from "./tab-context.js";

/** Makes the calls of this tab. */
export class Calls {
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  /** Calls a procedure; see `Session.callResult`. Async, so that an invalid argument is a rejection; the request is made synchronously. */
  async call(
    owner: Owner,
    method: string,
    procedure: string,
    args: readonly unknown[],
    options: OptionsArguments<CallOptions>,
  ): Promise<CallResult> {
    return await this.#tab.requests.send(this.#prepare(owner, method, procedure, args, options, false));
  }

  /** Calls a procedure for progressive results; see `Session.callProgressive`. */
  progressive(
    owner: Owner,
    procedure: string,
    args: readonly unknown[],
    options: OptionsArguments<CallOptions>,
  ): AsyncIterable<ProgressiveResult> {
    return progressiveCall(async ({ part, fail }, giveUp) => {
      const spec = this.#prepare(owner, "callProgressive()", procedure, args, options, true);
      const unfollow = follow(spec.signal, giveUp);
      const progress = (answer: Answer): void => {
        try {
          part(this.#resultFromAnswer(procedure, answer));
        } catch (error) {
          // The reader would miss this part. It need not wait for the answer to the CANCEL, as the call itself does with "kill".
          fail(error);
          giveUp.abort(error);
        }
      };
      return await this.#tab.requests.send({ ...spec, signal: giveUp.signal, progress }).finally(unfollow);
    });
  }

  #prepare(
    owner: Owner,
    method: string,
    procedure: string,
    args: readonly unknown[],
    options: OptionsArguments<CallOptions>,
    progressive: boolean,
  ): RequestSpec<ProgressiveResult> {
    text(`${method}: procedure`, procedure);
    const { defaults, coder, tab } = this.#tab;
    const parsed = parseOptions(
      method,
      options,
      { timeout: defaults.callTimeout, offline: defaults.offline },
      true,
    );
    const { all, timeout, offline, signal, message } = parsed;
    const payload = coder.encode(parseArgs(method, args), parseKwargs(method, all, tab));
    const wire = progressive ? { ...message.options, receive_progress: true } : message.options;
    return {
      owner,
      make: (request, left) => ({
        kind: "call",
        request,
        procedure,
        payload,
        timeout: left,
        ...message,
        options: wire,
      }),
      timeout,
      offline,
      answer: (answer) => this.#resultFromAnswer(procedure, answer),
      signal,
      cancelMode: all.cancelMode,
    };
  }

  #resultFromAnswer(procedure: string, answer: Answer): ProgressiveResult {
    if (answer.kind !== "result") throw new Error(`A call was answered by "${answer.kind}"`);
    const { args, kwargs } = this.#tab.coder.decode(answer.payload, {
      message: `the result of ${procedure}`,
    });
    return { args, kwargs, details: answer.details, progress: answer.progress };
  }
}
