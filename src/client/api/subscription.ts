import type { MatchPolicy } from "../../contract/request-options.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** A subscription of this tab, made by `Session.subscribe`. It stays valid when the connection or the worker is replaced. */
export interface Subscription extends AsyncDisposable {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** How `topic` is matched. */
  readonly match: MatchPolicy;
  /** True while the handler may be called; false from the call of `unsubscribe()` on. */
  readonly active: boolean;
  /**
   * Resolves when the subscription has ended: with an error if the application did not end it, as when the router revoked it. Never
   * rejects.
   */
  readonly ended: Promise<WampMuxError | undefined>;
  /**
   * Unsubscribes (WAMP, "UNSUBSCRIBE"). The handler is not called any more from this moment on. A second call returns the same promise.
   *
   * @throws {@link TimeoutError} if the router does not answer; the subscription has ended all the same
   * @example
   * const ticks = await session.subscribe("com.example.tick", (event) => draw(event.args));
   * await ticks.unsubscribe();
   */
  unsubscribe(): Promise<void>;
}
