import type { Codecs } from "../../codec/codecs.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { passthruScheme } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { announcementOf } from "../../protocol/features.js";
import type { RouterFeatures } from "../../protocol/features.js";
import { PASSTHRU_ATTRIBUTES } from "../../protocol/passthru.js";
import type { Payload } from "../../protocol/payload.js";
import { featureNotSupported, invalidArgument } from "../error-records.js";

/** Tells whether options or details have an attribute of a payload that the router does not look into. */
export function isPassthru(dict: Dict): boolean {
  return PASSTHRU_ATTRIBUTES.some((name) => Object.hasOwn(dict, name));
}

/**
 * Returns the reason why a message with such attributes must not be sent: they belong to one binary argument (WAMP, "Payload Passthru
 * Mode", "Message Structure"), and Nexus fails over one that is no string.
 */
export function refusalOfPassthru(dict: Dict, payload: Payload, codecs: Codecs): ErrorRecord | undefined {
  const scheme = dict["ppt_scheme"];
  if (!passthruScheme.accepts(scheme)) return invalidArgument("ppt_scheme", scheme, passthruScheme.expected);
  const wrong = PASSTHRU_ATTRIBUTES.find(
    (name) => Object.hasOwn(dict, name) && typeof dict[name] !== "string",
  );
  if (wrong !== undefined) return invalidArgument(wrong, dict[wrong], "a string");
  if (isOneBinary(payload, codecs)) return undefined;
  const given = `${payload.count === 2 ? "positional and keyword" : "other"} arguments`;
  return invalidArgument("The payload with ppt_scheme", given, "one Uint8Array as the only argument");
}

/** Returns the reason why an answer with such attributes must not be sent to this router. */
export function missingPassthru(options: Dict, features: RouterFeatures): ErrorRecord | undefined {
  if (!isPassthru(options) || features.ppt_of_calls) return undefined;
  return featureNotSupported(announcementOf("ppt_of_calls"));
}

function isOneBinary(payload: Payload, codecs: Codecs): boolean {
  if (payload.count !== 1) return false;
  try {
    const { args } = codecs.get(payload.serializer).decodePayload(payload);
    return args.length === 1 && args[0] instanceof Uint8Array;
  } catch {
    return false;
  }
}
