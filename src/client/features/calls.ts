import { cancelMode as cancelModeRule } from "../../contract/request-options.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import type { CallOptions } from "../api/request-options.js";
import { check, text } from "../errors/checks.js";
import { follow } from "../requests/abort.js";
import { parseArgs, parseCommonOptions, parseKwargs } from "../requests/common-options.js";
import type { Owner } from "../requests/owner.js";
import type { Answer, RequestSpec } from "../requests/pending-request.js";
import { toWireOptions } from "../requests/wire-options.js";
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
    options: CallOptions,
  ): Promise<CallResult> {
    return await this.#tab.requests.send(this.#prepare(owner, method, procedure, args, options, false));
  }

  /** Calls a procedure for progressive results; see `Session.callProgressive`. */
  progressive(
    owner: Owner,
    procedure: string,
    args: readonly unknown[],
    options: CallOptions,
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
    options: CallOptions,
    progressive: boolean,
  ): RequestSpec<ProgressiveResult> {
    text(`${method}: procedure`, procedure);
    const { defaults, coder, tab } = this.#tab;
    const { timeout, offline, signal, wire } = parseCommonOptions(method, options, {
      timeout: defaults.callTimeout,
      offline: defaults.offline,
    });
    const { cancelMode = "killnowait" } = options;
    check(`${method}: options.cancelMode`, cancelMode, cancelModeRule);
    const payload = coder.encode(parseArgs(method, args), parseKwargs(method, options, tab));
    const wireOptions = {
      ...wire,
      ...toWireOptions(method, "call", options),
      ...(progressive && { receive_progress: true }),
    };
    return {
      owner,
      make: (request, left) => ({
        kind: "call",
        request,
        procedure,
        options: wireOptions,
        payload,
        timeout: left,
        offline,
      }),
      timeout,
      offline,
      answer: (answer) => this.#resultFromAnswer(procedure, answer),
      signal,
      cancelMode,
    };
  }

  #resultFromAnswer(procedure: string, answer: Answer): ProgressiveResult {
    if (answer.kind !== "result") throw new Error(`A call was answered by "${answer.kind}"`);
    const { args, kwargs } = this.#tab.coder.decode(answer.payload, `the result of ${procedure}`);
    return { args, kwargs, details: answer.details, progress: answer.progress };
  }
}
