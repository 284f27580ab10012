/**
 * The ABORT reasons after which another HELLO is pointless (WAMP, "Error URIs"), unless they are given by a router that has
 * just let the client in: while it restarts, its realms, roles and authenticators come back one by one. Only an ABORT before WELCOME is looked up,
 * because the reason for the end of an established session does not predict the answer to the next HELLO. The following are absent on
 * purpose, because they all mean "try again":
 *
 * - `wamp.close.system_shutdown`, `wamp.close.close_realm`: the router or its realm shuts down, usually to restart
 * - `wamp.close.killed`: ends one session only; a client is kept out by authentication
 * - `wamp.close.goodbye_and_out`, `wamp.close.normal`: answer a GOODBYE and say nothing about the future
 * - `wamp.error.authorization_failed`: the authorizer could not decide (WAMP, "Authorization"); it may decide later
 */
const FATAL_REASONS: ReadonlySet<string> = new Set(
  [
    "no_such_realm",
    "no_such_role",
    "no_such_principal",
    "invalid_uri",
    "authentication_failed",
    "authentication_denied",
    "authentication_required",
    "no_auth_method",
    "no_matching_auth_method",
    "not_authorized",
    "authorization_denied",
    "authorization_required",
    "protocol_violation",
  ].map(errorUri),
);

/** The fatal reasons that say that the secret is wrong. Other reasons may be due to it, too: routers differ, and authenticators have bugs. */
const SECRET_REASONS: ReadonlySet<string> = new Set(
  ["authentication_failed", "authentication_denied", "not_authorized", "authorization_denied"].map(errorUri),
);

/** Tells whether an ABORT with this URI says that the secret is wrong. */
export function refusesSecret(uri: string): boolean {
  return SECRET_REASONS.has(uri);
}

/** Tells whether it makes no sense to try again after an ABORT with this URI. */
export function isFatalReason(uri: string): boolean {
  return FATAL_REASONS.has(uri);
}

function errorUri(name: string): string {
  return `wamp.error.${name}`;
}
