import type { PublishOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import type { Owner } from "../requests/owner.js";
import { parseOptions, parsePayload } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

/** Publishes an event; see `Session.publish`. */
export function publish(
  tab: TabContext,
  owner: Owner,
  topic: string,
  args: readonly unknown[],
  given: PublishOptions,
): Promise<number | undefined> {
  return tab.requests.send((request) => {
    text("publish(): topic", topic);
    // Without an acknowledgement, the request waits only for the connection, for as long as that takes. JavaScript code may pass null.
    const isAcknowledged = (given as PublishOptions | null)?.acknowledge === true;
    const defaultTimeout = isAcknowledged ? tab.defaults.requestTimeout : 0;
    const { timeout, offline, signal, options } = parseOptions(
      tab,
      "publish()",
      "publish",
      given,
      defaultTimeout,
    );
    const payload = parsePayload(tab, "publish()", args, given);
    return {
      owner,
      message: { kind: "publish", request, topic, options, payload, timeout, offline },
      signal,
      answer: (answer) => (answer.kind === "published" ? answer.publication : undefined),
    };
  });
}
