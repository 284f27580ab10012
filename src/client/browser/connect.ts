import type { ApiShape, UnknownApi, UntypedApi } from "../api/api-types.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { Session } from "../api/session.js";
import { createSessionRegistry } from "../session/session-registry.js";
import { browserEnvironment, pageUrl } from "./environment.js";

const sessions = createSessionRegistry(browserEnvironment, pageUrl);

/**
 * Joins the WAMP session that the pages of this origin share, or starts it. Each call is a lease of its own, which ends with its `leave()`:
 * the calls of a page with the same URLs, realm and principal share one session, which the page leaves with the last of them.
 *
 * Resolves when the worker has admitted this page, whether or not it is connected to the router. `session.ready` resolves once a WAMP
 * session is established; requests made before that wait for it until their deadline.
 *
 * @param options router, realm, credentials, and the defaults of the session; times in milliseconds, sizes in bytes
 * @throws `InvalidArgumentError` for an invalid option; `UnsupportedError` where SharedWorker or Web Locks are missing, such as in
 * Node; `WorkerStartError` if the worker does not start; `ContractMismatchError` if the running worker belongs to an incompatible
 * version of this package; `JoinError` if the session already exists with different credentials; `TimeoutError` if this page has the session
 * with other options, and no worker has compared them within its `requestTimeout`; `SessionClosedError` if it is closed before that. All of
 * them are rejections.
 * @see WAMP, "Session Establishment"
 *
 * @example
 * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
 * console.log(await session.call("com.example.add2", [2, 3]));
 */
export function connect<Api extends ApiShape = UntypedApi>(options: ConnectOptions): Promise<Session<Api>>;
export async function connect(options: ConnectOptions, ...others: unknown[]): Promise<Session<UnknownApi>> {
  return await sessions.connect(options, ...others);
}
