import type { SessionConfig } from "../contract/session-config.js";
import type { GateRules } from "./gate/gate.js";
import { SizeLimit } from "./gate/size-limit.js";
import { createSuspects } from "./suspects.js";
import type { Suspects } from "./suspects.js";

/**
 * The parts of a session that outlive its connections and its logins: the rules for messages, and the requests that routers may end sessions
 * over.
 */
export interface LastingParts {
  readonly gate: GateRules;
  readonly suspects: Suspects;
}

export function createLastingParts({ uriRules, maxMessageSize }: SessionConfig): LastingParts {
  return { gate: { uriRules, sizeLimit: new SizeLimit(maxMessageSize) }, suspects: createSuspects() };
}
