import type { ApiShape, UntypedApi } from "../api/api-types.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { Session } from "../api/session.js";
import { SessionRegistry } from "../session/session-registry.js";
import { browserEnvironment } from "./environment.js";

const sessions = new SessionRegistry(browserEnvironment);

/**
 * Joins the WAMP session that the pages of this origin share, or begins it. Further calls in the same page, with the same URLs,
 * realm and principal, return the same session until it is left or closed.
 *
 * Resolves when the worker has admitted this page, online or not. `session.ready` resolves once there is a WAMP session;
 * requests made before wait for it within their deadline.
 *
 * @param options Where to connect, as what, and the session's defaults; times in milliseconds, sizes in bytes.
 * @throws `InvalidArgumentError` for a bad option; `UnsupportedError` where there is no SharedWorker or no Web Locks, such as in
 * Node; `WorkerStartError`; `ContractMismatchError` when the running worker belongs to another version of this package;
 * `JoinError` when the session exists already with other credentials. All of them as rejections.
 * @see WAMP, "Session Establishment"
 *
 * @example
 * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
 * const sum = await session.call("com.example.add2", [2, 3]);
 */
export function connect<Api extends ApiShape = UntypedApi>(options: ConnectOptions): Promise<Session<Api>>;
export async function connect(options: ConnectOptions): Promise<Session> {
  return await sessions.connect(options);
}
