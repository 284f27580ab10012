import type { ApiShape, UntypedApi } from "../api/api-types.js";
import { browserPage } from "./browser-page.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { Session } from "../api/session.js";
import { SessionRegistry } from "../session/session-registry.js";

const sessions = new SessionRegistry(browserPage);

/**
 * Joins the WAMP session that the pages of this origin share, or begins it. Calling it again in the same page, with the same
 * URLs, realm and principal, gives the same session until it is left or closed.
 *
 * Resolves when the worker has taken this page in, online or not; wait for `session.ready` to know that there is a WAMP
 * session. Requests made before wait within their deadline.
 *
 * Rejects with `InvalidArgumentError` for a bad option, `UnsupportedError` where there is no SharedWorker or no Web Locks (also in
 * Node), `WorkerStartError`, `ContractMismatchError` when the running worker belongs to another version of this package, and
 * `JoinError` when the session lives already with other credentials.
 *
 * @example
 * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
 * const sum = await session.call("com.example.add2", [2, 3]);
 */
export function connect<Api extends ApiShape = UntypedApi>(options: ConnectOptions): Promise<Session<Api>>;
export async function connect(options: ConnectOptions): Promise<Session> {
  return await sessions.connect(options);
}
