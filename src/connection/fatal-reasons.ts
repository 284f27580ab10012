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
const FATAL_REASONS =
  /^wamp\.error\.(no_such_(realm|role|principal)|invalid_uri|no_(matching_)?auth_method|authentication_(failed|denied|required)|not_authorized|authorization_(denied|required)|protocol_violation)$/;

/** The fatal reasons that say that the secret is wrong. Other reasons may be due to it, too: routers differ, and authenticators have bugs. */
const SECRET_REASONS = /^wamp\.error\.(authentication_(failed|denied)|not_authorized|authorization_denied)$/;

/** Tells whether an ABORT with this URI says that the secret is wrong. */
export function refusesSecret(uri: string): boolean {
  return SECRET_REASONS.test(uri);
}

/** Tells whether it makes no sense to try again after an ABORT with this URI. */
export function isFatalReason(uri: string): boolean {
  return FATAL_REASONS.test(uri);
}
