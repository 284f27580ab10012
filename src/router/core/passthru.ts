import type { Dict } from "../../protocol/dict.js";
import { ProtocolError } from "../../protocol/errors.js";
import { PASSTHRU_ATTRIBUTES, passthruAttributes } from "../../protocol/passthru.js";
import type { Features } from "./features.js";
import type { Member } from "./member.js";
import type { Role } from "./message-options.js";
import { Refusal } from "./refusal.js";
import { show } from "./values.js";

const FEATURE = "payload_passthru_mode";

/**
 * Returns the attributes of a payload that is not looked into, which go to the receiver with it (WAMP, "Payload Passthru Mode"). Throws
 * `ProtocolError` if the sender or this router has not announced that.
 */
export function parsePassthru(sender: Member, role: Role, dict: Dict, features: Features): Dict {
  for (const name of PASSTHRU_ATTRIBUTES) {
    const value = dict[name];
    if (value !== undefined && typeof value !== "string")
      throw new ProtocolError(`option ${name} must be a string, got ${show(value)}`);
  }
  const attributes = passthruAttributes(dict);
  if (attributes["ppt_scheme"] === undefined) return {};
  if (!features[FEATURE]) throw new ProtocolError(`ppt_scheme, but this router has no ${FEATURE}`);
  if (!sender.supports(role, FEATURE))
    throw new ProtocolError(`ppt_scheme, but the ${role} did not announce ${FEATURE}`);
  return attributes;
}

/** Throws `Refusal` if a payload that is not looked into would go to a receiver that has not announced it. */
export function requirePassthru(receiver: Member, role: Role, attributes: Dict): void {
  if (attributes["ppt_scheme"] !== undefined && !receiver.supports(role, FEATURE))
    throw new Refusal("wamp.error.feature_not_supported", `the ${role} did not announce ${FEATURE}`);
}
