import { flag, list, text } from "../requests/checks.js";
import { invalid } from "../errors/invalid.js";
import { encodePayload } from "../requests/payload-coder.js";
import { argsOf, kwargsOf, parseCommonOptions, omitUndefined } from "../requests/common-options.js";
import type { PublishOptions } from "../api/request-options.js";
import type { TabContext } from "./tab-context.js";
import type { Dict } from "../../protocol/dict.js";

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
    const wireOptions = { ...wire, ...wireOptionsOf(options) };
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

function wireOptionsOf(options: PublishOptions): Dict {
  return omitUndefined({
    acknowledge: optionalFlag("acknowledge", options.acknowledge),
    exclude_me: optionalFlag("excludeMe", options.excludeMe),
    disclose_me: optionalFlag("discloseMe", options.discloseMe),
    retain: optionalFlag("retain", options.retain),
    exclude: sessions("exclude", options.exclude),
    exclude_authid: names("excludeAuthid", options.excludeAuthid),
    exclude_authrole: names("excludeAuthrole", options.excludeAuthrole),
    eligible: sessions("eligible", options.eligible),
    eligible_authid: names("eligibleAuthid", options.eligibleAuthid),
    eligible_authrole: names("eligibleAuthrole", options.eligibleAuthrole),
  });
}

function optionalFlag(name: keyof PublishOptions, value: unknown): boolean | undefined {
  return value === undefined ? undefined : flag(`publish(): options.${name}`, value);
}

function sessions(name: keyof PublishOptions, value: unknown): unknown {
  return all(name, value, "session ids", (element) => typeof element === "number");
}

function names(name: keyof PublishOptions, value: unknown): unknown {
  return all(name, value, "strings", (element) => typeof element === "string");
}

function all(
  name: keyof PublishOptions,
  value: unknown,
  what: string,
  fits: (element: unknown) => boolean,
): readonly unknown[] | undefined {
  if (value === undefined) return undefined;
  const elements = list(`publish(): options.${name}`, value);
  for (const element of elements) {
    if (!fits(element))
      throw invalid(`publish(): an element of options.${name}`, element, `an array of ${what}`);
  }
  return [...elements];
}
