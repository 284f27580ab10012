/**
 * The ABORT reasons after which another HELLO is pointless, in words (WAMP, "Error URIs"), unless they are given by a router that has
 * just let the client in: while it restarts, its realms, roles and authenticators come back one by one. Only an ABORT before WELCOME is looked up,
 * because the reason for the end of an established session does not predict the answer to the next HELLO. The following are absent on
 * purpose, because they all mean "try again":
 *
 * - `wamp.close.system_shutdown`, `wamp.close.close_realm`: the router or its realm shuts down, usually to restart
 * - `wamp.close.killed`: ends one session only; a client is kept out by authentication
 * - `wamp.close.goodbye_and_out`, `wamp.close.normal`: answer a GOODBYE and say nothing about the future
 * - `wamp.error.authorization_failed`: the authorizer could not decide (WAMP, "Authorization"); it may decide later
 */
const FATAL_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    no_such_realm: "the router has no such realm",
    no_such_role: "the router has no such role in the realm",
    no_such_principal: "the router does not know this authid",
    invalid_uri: "the name of the realm is not valid for the router",
    authentication_failed: "the credentials are wrong",
    authentication_denied: "the router refuses these credentials",
    authentication_required: "the router requires credentials",
    no_auth_method: "the router offers none of the authentication methods",
    no_matching_auth_method: "the router offers none of the authentication methods",
    not_authorized: "this client may not join the realm",
    authorization_denied: "this client may not join the realm",
    authorization_required: "joining the realm requires an authorization that this client does not have",
    protocol_violation: "the router and the client do not understand each other's handshake",
  }).map(([name, words]) => [`wamp.error.${name}`, words]),
);

/** The fatal reasons that say that the secret is wrong. Other reasons may be due to it, too: routers differ, and authenticators have bugs. */
const SECRET_REASONS = /^wamp\.error\.(authentication_(failed|denied)|not_authorized|authorization_denied)$/;

/** Tells whether an ABORT with this URI says that the secret is wrong. */
export function refusesSecret(uri: string): boolean {
  return SECRET_REASONS.test(uri);
}

/** Returns, in words, the reason not to try again after an ABORT with this URI; undefined if another attempt makes sense. */
export function fatalReason(uri: string): string | undefined {
  return FATAL_REASONS.get(uri);
}
