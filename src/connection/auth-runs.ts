import type { AuthExchange, AuthMethod } from "../auth/auth-method.js";
import { literalSecret } from "../contract/identity.js";
import type { AuthConfig } from "../contract/session-config.js";

/** The authentication methods by their names in the configuration. */
export type AuthMethods = Readonly<Record<AuthConfig["method"], AuthMethod>>;

/**
 * Returns a function that starts one exchange of the configured authentication method.
 * @param ask asks the application for the secret; used only if the configuration does not contain it
 */
export function authRuns(
  methods: AuthMethods,
  auth: AuthConfig,
  ask: () => Promise<string>,
): () => AuthExchange {
  const literal = literalSecret(auth);
  const secret = literal === undefined ? ask : () => Promise.resolve(literal);
  const claim = auth.authid === undefined ? { secret } : { authid: auth.authid, secret };
  return () => methods[auth.method](claim);
}
