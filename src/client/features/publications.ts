import { text } from "../requests/checks.js";
import { encodePayload } from "../requests/payload-coder.js";
import { argsOf, kwargsOf, parseCommonOptions } from "../requests/common-options.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { PublishOptions } from "../api/request-options.js";
import type { TabContext } from "./tab-context.js";

/** What this page publishes. */
export class Publications {
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  /** Resolves with the publication's id when it was asked to be acknowledged, else when the message has been sent. */
  async publish(
    topic: string,
    args: readonly unknown[],
    options: PublishOptions,
  ): Promise<number | undefined> {
    text("publish(): topic", topic);
    const { requestTimeout, offline } = this.#tab.defaults;
    // Without an acknowledgement there is nothing to wait for but the connection, which comes when it comes.
    const defaults = { timeout: options.acknowledge === true ? requestTimeout : 0, offline };
    const { timeout, signal, wire, ...manner } = parseCommonOptions("publish()", options, defaults);
    const wireOptions = { ...wire, ...toWireOptions("publish()", "publish", options) };
    const payload = encodePayload(
      this.#tab.serializer(),
      argsOf("publish()", args),
      kwargsOf("publish()", options.kwargs),
    );
    return await this.#tab.requests.ask({
      make: (request) => ({
        kind: "publish",
        request,
        topic,
        options: wireOptions,
        payload,
        timeout,
        offline: manner.offline,
      }),
      answer: (answer) => (answer.kind === "published" ? answer.publication : undefined),
      signal,
    });
  }
}
