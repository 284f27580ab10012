import type { AuthExchange, AuthMethod } from "../auth/auth-method.js";
import type { AuthConfig } from "../contract/session-config.js";

/** The authentication methods by their names in the configuration. */
export type AuthMethods = Readonly<Record<AuthConfig["method"], AuthMethod>>;

/**
 * Returns a function that starts one exchange of the configured authentication method.
 * @param secret returns the secret; called once for each exchange that needs one
 */
export function authRuns(
  methods: AuthMethods,
  { method, authid }: AuthConfig,
  secret: () => Promise<string>,
): () => AuthExchange {
  return () => methods[method]({ authid, secret });
}
