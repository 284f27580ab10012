import type { PublishOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import type { Owner } from "../requests/owner.js";
import { parseArgs, parseKwargs, parseOptions } from "../requests/parse-options.js";
import type { OptionsArguments } from "../requests/parse-options.js";
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
    options: OptionsArguments<PublishOptions>,
  ): Promise<number | undefined> {
    text("publish(): topic", topic);
    const { defaults, coder, requests, tab } = this.#tab;
    const parsed = parseOptions("publish()", options, { timeout: 0, offline: defaults.offline }, true);
    const { all, offline, signal, message } = parsed;
    // Without an acknowledgement, the request waits only for the connection, for as long as that takes.
    const isAcknowledged = all.acknowledge === true && all.timeout === undefined;
    const timeout = isAcknowledged ? defaults.requestTimeout : parsed.timeout;
    const payload = coder.encode(parseArgs("publish()", args), parseKwargs("publish()", all, tab));
    return await requests.send({
      owner,
      make: (request, left) => ({
        kind: "publish",
        request,
        topic,
        payload,
        timeout: left,
        ...message,
      }),
      timeout,
      offline,
      answer: (answer) => (answer.kind === "published" ? answer.publication : undefined),
      signal,
    });
  }
}
