import type { MatchPolicy } from "../../contract/request-options.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** A subscription of this tab, created by `Session.subscribe`. It stays valid when the connection or the worker is replaced. */
export interface Subscription extends AsyncDisposable {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** The policy by which `topic` is matched. */
  readonly match: MatchPolicy;
  /** True while the handler may be called; false as soon as `unsubscribe()` is called. */
  readonly active: boolean;
  /**
   * Resolves when the subscription has ended: with an error if the application did not end it, for example because the router revoked
   * it. Never rejects.
   */
  readonly ended: Promise<WampMuxError | undefined>;
  /**
   * Unsubscribes (WAMP, "UNSUBSCRIBE"). The handler is no longer called from this moment on. A second call returns the same promise.
   *
   * @throws {@link TimeoutError} if the router does not answer; the subscription has ended nevertheless
   * @example
   * const ticks = await session.subscribe("com.example.tick", (event) => draw(event.args));
   * await ticks.unsubscribe();
   */
  unsubscribe(): Promise<void>;
}
