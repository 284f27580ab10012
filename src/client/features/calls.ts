import { follow } from "../requests/abort.js";
import { decodeArguments } from "../api/call-result.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import { cancelMode as cancelModes } from "../../contract/request-options.js";
import { check, text } from "../requests/checks.js";
import { encodePayload } from "../requests/payload-coder.js";
import { ProgressiveCall } from "./progressive-call.js";
import { argsOf, kwargsOf, parseCommonOptions } from "../requests/common-options.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { CallOptions } from "../api/request-options.js";
import type { Answer, RequestSpec } from "../requests/pending-request.js";
import type { TabContext } from "./tab-context.js";

/** The calls that this page makes. */
export class Calls {
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  // Async, so that a bad argument is a rejection; what it does, it does synchronously.
  async call(
    method: string,
    procedure: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<CallResult> {
    return await this.#tab.requests.ask(this.#prepare(method, procedure, args, options, false));
  }

  progressive(
    procedure: string,
    args: readonly unknown[],
    options: CallOptions,
  ): AsyncIterable<ProgressiveResult> {
    return new ProgressiveCall(async (part, giveUp) => {
      const ask = this.#prepare("callProgressive()", procedure, args, options, true);
      const unfollow = follow(ask.signal, giveUp);
      const progress = (answer: Answer): void => {
        // A part that cannot be decoded fails the call: its reader would miss it.
        try {
          part(resultOf(procedure, answer));
        } catch (error) {
          giveUp.abort(error);
        }
      };
      return await this.#tab.requests.ask({ ...ask, signal: giveUp.signal, progress }).finally(unfollow);
    });
  }

  #prepare(
    method: string,
    procedure: string,
    args: readonly unknown[],
    options: CallOptions,
    progressive: boolean,
  ): RequestSpec<ProgressiveResult> {
    text(`${method}: procedure`, procedure);
    const { callTimeout, offline } = this.#tab.defaults;
    const { timeout, signal, wire, ...manner } = parseCommonOptions(method, options, {
      timeout: callTimeout,
      offline,
    });
    const { cancelMode = "killnowait" } = options;
    check(`${method}: options.cancelMode`, cancelMode, cancelModes);
    const payload = encodePayload(
      this.#tab.serializer(),
      argsOf(method, args),
      kwargsOf(method, options.kwargs),
    );
    const wireOptions = {
      ...wire,
      ...toWireOptions(method, "call", options),
      ...(progressive && { receive_progress: true }),
    };
    return {
      make: (request) => ({
        kind: "call",
        request,
        procedure,
        options: wireOptions,
        payload,
        timeout,
        offline: manner.offline,
      }),
      answer: (answer) => resultOf(procedure, answer),
      signal,
      cancelMode,
    };
  }
}

function resultOf(procedure: string, answer: Answer): ProgressiveResult {
  if (answer.kind !== "result") throw new Error(`A call was answered by "${answer.kind}"`);
  const { args, kwargs } = decodeArguments(`the result of ${procedure}`, answer.payload);
  return { args, kwargs, details: answer.details, progress: answer.progress };
}
