import type { EncodedPayload } from "../api/encoded-payload.js";
import type { PublishOptions } from "../api/request-options.js";
import { text } from "../errors/checks.js";
import type { Owner } from "../requests/owner.js";
import { keyOf, parseOptions, parsePayload, storedOf, withPayload } from "./request-parts.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

/** Publishes an event; see `Session.publish`. */
export function publish(
  tab: TabContext,
  owner: Owner,
  topic: string,
  args: readonly unknown[] | EncodedPayload,
  given: OptionsArguments<PublishOptions>,
): Promise<number | undefined> {
  return tab.requests.send((request) => {
    text("publish(): topic", topic);
    // Without an acknowledgement, the request waits only for the connection, for as long as that takes. JavaScript code may pass null.
    const isAcknowledged = (given[0] as PublishOptions | null | undefined)?.acknowledge === true;
    const key = keyOf(tab, given);
    const { requestTimeout, outbox } = tab.defaults;
    const immediate = isAcknowledged ? requestTimeout : 0;
    const defaultTimeout = key === undefined ? immediate : outbox.maxAge;
    const { signal, ...parsed } = parseOptions(tab, "publish()", given, defaultTimeout, true);
    const payload = parsePayload(tab, "publish()", args, given, { content: "event", uri: topic }, key);
    return {
      owner,
      ...withPayload(
        { kind: "publish", request, topic, ...parsed, ...(key !== undefined && { offline: { key } }) },
        payload,
      ),
      ...storedOf(tab, given, key),
      signal,
      answer: (answer) => (answer.kind === "published" ? answer.publication : undefined),
    };
  });
}
