import type { Member } from "../member.js";
import type { Audience } from "../message-options.js";

/** Tells whether a publication is meant for a session (WAMP, "Subscriber Black- and Whitelisting"). */
export function admits(audience: Audience, { id, identity: { authid, authrole } }: Member): boolean {
  const excluded =
    audience.exclude?.has(id) ||
    audience.excludeAuthid?.has(authid) ||
    audience.excludeAuthrole?.has(authrole);
  return (
    excluded !== true &&
    (audience.eligible?.has(id) ?? true) &&
    (audience.eligibleAuthid?.has(authid) ?? true) &&
    (audience.eligibleAuthrole?.has(authrole) ?? true)
  );
}
