import type { Inspection } from "../../contract/port.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { ApiShape, UntypedApi } from "./api-types.js";
import type { SessionRequests } from "./session-requests.js";
import type { Outbox } from "./outbox.js";
import type { CloseReason, SessionStatus } from "./status.js";
import type { SessionLogin } from "./session-login.js";

/**
 * A lease of the WAMP session that all tabs of the origin share; created by `connect`. Its `leave()` ends everything that was requested
 * through it, and nothing of the other leases of the same page.
 *
 * A request never throws. It rejects with one of these errors: `InvalidArgumentError`, `SerializationError`, `WampError` (an ERROR from
 * the router or the callee), `PayloadDecodeError`, `TimeoutError`, `ConnectionLostError`, `OfflineError`, `WorkerLostError`,
 * `SessionClosedError`, `OverflowError`, `OptionConflictError`, `FeatureNotSupportedError`, `StorageError`, or the reason of its signal.
 */
export interface Session<Api extends ApiShape = UntypedApi>
  extends SessionRequests<Api>, SessionLogin, AsyncDisposable {
  /** The requested realm. */
  readonly realm: string;
  /** Name of the user that the session belongs to. */
  readonly principal: string;

  /**
   * The identity of this tab in the session: random, of lower-case letters and digits, so that it can be a component of a URI. It is the
   * same for every `connect()` of the page to the session, and outlives the loss of the connection and of the worker; a reload is another
   * tab. WAMP's session id means all tabs. No peer knows it unless it is sent, such as with the option `sendTab`.
   *
   * @example
   * // A backend publishes to one tab: it takes the identity from the keyword argument `_tab` of a call with `sendTab`.
   * await session.subscribe(`com.example.tab.${session.tab}`, (event) => show(event.args));
   * await session.call("com.example.order", ["book"], { sendTab: true });
   */
  readonly tab: string;

  /**
   * Resolves when a WAMP session is established for the first time (WAMP, "WELCOME"); rejects with the reason if the session is closed
   * before that. Requests need not wait for it.
   */
  readonly ready: Promise<void>;

  /** Resolves with the reason when this lease has left, or the session is closed. Never rejects. */
  readonly closed: Promise<CloseReason>;

  /** The current status. */
  readonly status: SessionStatus;

  /** The requests that were made with `offline: "durable"`, of all tabs and of those that were closed. */
  readonly outbox: Outbox;

  /**
   * Listens for changes of `status`.
   *
   * @param event the event to listen to
   * @param listener called with each new status
   * @returns a function that removes the listener
   * @throws {@link InvalidArgumentError} for any other event name
   * @example
   * const stop = session.on("status", ({ state }) => show(state));
   * stop();
   */
  on(event: "status", listener: (status: SessionStatus) => void): () => void;
  /**
   * Listens for errors that do not settle a request, such as an event that could not be decoded, or the first failed attempt to connect if
   * nothing listens for the status. Those that concern a subscription or registration are told to the lease that made it, all others to
   * every lease of the page. Errors that occur before there is a listener are kept and delivered to the first one.
   *
   * @param event the event to listen to
   * @param listener called with each error
   * @returns a function that removes the listener
   * @throws {@link InvalidArgumentError} for any other event name
   */
  on(event: "warning", listener: (error: WampMuxError) => void): () => void;

  /**
   * Connects at once instead of after the retry delay, and asks again for a secret that has not arrived. During the delay before the next
   * worker it starts that at once.
   *
   * @throws {@link SessionClosedError} if the session is closed, {@link WorkerLostError} while the next worker is being started,
   * {@link TimeoutError} if the worker does not answer within `attachTimeout`
   */
  reconnectNow(): Promise<void>;

  /**
   * Returns counts of everything that the worker holds for all tabs; for tests, and for finding leaks.
   *
   * @throws {@link SessionClosedError} if the session is closed, {@link WorkerLostError} while no worker is attached,
   * {@link TimeoutError} if the worker does not answer within `attachTimeout`
   */
  inspect(): Promise<Inspection>;

  /**
   * Ends this lease: everything that was requested through it is released, and its pending requests reject with `SessionClosedError`. The
   * page leaves the session with its last lease; when the last tab leaves, the WAMP session ends (WAMP, "GOODBYE"). Resolves when the worker
   * has released everything. A second call returns the same promise. Never rejects.
   *
   * @example
   * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
   * await session.leave();
   */
  leave(): Promise<void>;
}
