import type { Codecs } from "../../codec/codecs.js";
import type { Serializer } from "../../codec/serializer.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { RouterFeatures } from "../../protocol/features.js";
import type { ErrorMessage, Yield } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import type { UriRules } from "../../protocol/uri.js";
import { answerDetails } from "./answer-details.js";
import { neededFeature } from "./features.js";
import { isRefused, TOO_BIG } from "./refusal.js";
import type { AnswerRefusal, Refusal } from "./refusal.js";
import type { SizeLimit } from "./size-limit.js";
import { validateTarget, validateUri } from "./validate-request.js";
import { toWirePayload } from "./wire-payload.js";

/** The rules of a session, which outlive its connections. */
export interface GateRules {
  readonly uriRules: UriRules;
  readonly sizeLimit: SizeLimit;
}

/** The parts of a request that the gate judges. */
interface Request {
  readonly options: Dict;
  readonly payload?: Payload;
}

/**
 * The gate before the wire of one connection. Whatever a tab has caused passes it before it takes an id and is written: requests,
 * answers of handlers, and what is restored. Crossbar.io closes the socket over an invalid URI, a wrong option or a message that is too
 * big, and with it the session of every tab.
 */
export class Gate {
  constructor(
    private readonly rules: GateRules,
    private readonly codecs: Codecs,
    private readonly serializer: Serializer,
    private readonly features: RouterFeatures,
  ) {}

  /** Returns the request with its payload in the connection's serializer, or the reason why it must not be sent. */
  request<Fields extends Request>(kind: OptionedRequest, uri: string, fields: Fields): Fields | Refusal {
    const refused = this.#refusal(kind, uri, fields.options);
    if (refused !== undefined) return { refused };
    if (fields.payload === undefined) return fields;
    const payload = this.#payload(fields.payload, uri, fields.options);
    return isRefused(payload) ? payload : { ...fields, payload };
  }

  /** Returns the answer to an invocation with its payload in the connection's serializer, or the reason why it must not be sent. */
  answer(message: Yield | ErrorMessage): Yield | ErrorMessage | AnswerRefusal {
    if (message.type === "YIELD") {
      const payload = this.#payload(message.payload, "", message.options);
      return isRefused(payload) ? insteadOfPayload(payload) : { ...message, payload };
    }
    const { error: uri } = message;
    const refused = validateUri("URI of a handler's error", uri, "error", this.rules.uriRules);
    if (refused !== undefined) return { refused, instead: "wamp.error.invalid_uri" };
    const details = answerDetails(message.details, this.serializer.name);
    const payload = this.#payload(message.payload, uri, details);
    return isRefused(payload) ? insteadOfPayload(payload) : { ...message, details, payload };
  }

  #refusal(kind: OptionedRequest, uri: string, options: Dict): ErrorRecord | undefined {
    const { uriRules, sizeLimit } = this.rules;
    return (
      validateTarget({ kind, uri, options }, { uriRules, maxMessageSize: sizeLimit.bytes }) ??
      neededFeature(kind, options, this.features)
    );
  }

  #payload(payload: Payload, uri: string, options: Dict): Payload | Refusal {
    return toWirePayload({ payload, uri, options }, this.serializer, this.codecs, this.rules.sizeLimit.bytes);
  }
}

function insteadOfPayload({ refused }: Refusal): AnswerRefusal {
  return { refused, instead: refused.name === "OverflowError" ? TOO_BIG : "wamp.error.invalid_argument" };
}
