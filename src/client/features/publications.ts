import type { PublishOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import { parseArgs, parseCommonOptions, parseKwargs } from "../requests/common-options.js";
import type { Owner } from "../requests/owner.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { TabContext } from "./tab-context.js";

/** Makes the publications of this tab. */
export class Publications {
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  /** Publishes an event; see `Session.publish`. */
  async publish(
    owner: Owner,
    topic: string,
    args: readonly unknown[],
    options: PublishOptions,
  ): Promise<number | undefined> {
    text("publish(): topic", topic);
    const { defaults, coder, requests } = this.#tab;
    const common = parseCommonOptions("publish()", options, { timeout: 0, offline: defaults.offline });
    const { offline, signal, wire } = common;
    // Without an acknowledgement, the request waits only for the connection, for as long as that takes.
    const isAcknowledged = options.acknowledge === true && options.timeout === undefined;
    const timeout = isAcknowledged ? defaults.requestTimeout : common.timeout;
    const wireOptions = { ...wire, ...toWireOptions("publish()", "publish", options) };
    const payload = coder.encode(parseArgs("publish()", args), parseKwargs("publish()", options.kwargs));
    return await requests.send({
      owner,
      make: (request, left) => ({
        kind: "publish",
        request,
        topic,
        options: wireOptions,
        payload,
        timeout: left,
        offline,
      }),
      timeout,
      offline,
      answer: (answer) => (answer.kind === "published" ? answer.publication : undefined),
      signal,
    });
  }
}
