import type { Codecs } from "../../codec/codecs.js";
import type { Serializer } from "../../codec/serializer.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { RouterFeatures } from "../../protocol/features.js";
import type { ErrorMessage, Yield } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import type { UriRules } from "../../protocol/uri.js";
import { overflow } from "../error-records.js";
import { answerDetails } from "./answer-details.js";
import { neededFeature } from "./features.js";
import { refusalOfUri } from "./judge-request.js";
import { byteLength, envelopeSize } from "./message-size.js";
import { isPassthru, missingPassthru, refusalOfPassthru } from "./passthru.js";
import { isRefused, NOT_SUPPORTED, TOO_BIG } from "./refusal.js";
import type { AnswerRefusal, Refusal } from "./refusal.js";
import type { SizeLimit } from "./size-limit.js";
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
 * The gate before the wire of one connection. Whatever a tab has caused passes it before it takes an id and is written: requests, which
 * {@link judgeRequest} has accepted, answers of handlers, and what is restored. Crossbar.io closes the socket over a message that is too
 * big or an invalid answer, and with it the session of every tab.
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
    const refused = neededFeature(kind, fields.options, this.features);
    if (refused !== undefined) return { refused };
    const payload = this.#fitting(uri, fields.options, fields.payload);
    if (payload === fields.payload) return fields;
    return isRefused(payload) ? payload : { ...fields, payload };
  }

  /** Returns the answer to an invocation with its payload in the connection's serializer, or the reason why it must not be sent. */
  answer(message: Yield | ErrorMessage): Yield | ErrorMessage | AnswerRefusal {
    if (message.type === "YIELD") {
      const lacking = missingPassthru(message.options, this.features);
      if (lacking !== undefined) return { refused: lacking, instead: NOT_SUPPORTED };
      const payload = this.#fitting("", message.options, message.payload);
      return isRefused(payload) ? insteadOfPayload(payload) : { ...message, payload };
    }
    const { error: uri } = message;
    const refused = refusalOfUri("The URI of a handler's error", uri, "error", this.rules.uriRules);
    if (refused !== undefined) return { refused, instead: "wamp.error.invalid_uri" };
    const details = answerDetails(message, this.serializer.name, this.codecs);
    const lacking = missingPassthru(details, this.features);
    if (lacking !== undefined) return { refused: lacking, instead: NOT_SUPPORTED };
    const payload = this.#fitting(uri, details, message.payload);
    return isRefused(payload) ? insteadOfPayload(payload) : { ...message, details, payload };
  }

  /**
   * Returns the payload in the connection's serializer, or the reason why the message must not be sent: a message above the router's limit
   * would cost every tab the connection (RFC 6455, section 7.4.1, code 1009).
   */
  #fitting<Given extends Payload | undefined>(
    uri: string,
    options: Dict,
    given: Given,
  ): Given | Payload | Refusal {
    const payload = given === undefined ? given : toWirePayload(given, this.serializer, this.codecs);
    if (isRefused(payload)) return payload;
    const refused =
      payload !== undefined && isPassthru(options) && refusalOfPassthru(options, payload, this.codecs);
    if (refused) return { refused };
    const { bytes } = this.rules.sizeLimit;
    const size = envelopeSize(uri, options) + (payload === undefined ? 0 : byteLength(payload.data, bytes));
    return size > bytes ? { refused: overflow("maxMessageSize", size, bytes) } : payload;
  }
}

function insteadOfPayload({ refused }: Refusal): AnswerRefusal {
  return { refused, instead: refused.name === "OverflowError" ? TOO_BIG : "wamp.error.invalid_argument" };
}
