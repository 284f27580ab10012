import type { MatchPolicy } from "../../contract/request-options.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** A registration of this tab, created by `Session.register`. It stays valid when the connection or the worker is replaced. */
export interface Registration extends AsyncDisposable {
  /** The procedure, or the pattern. */
  readonly procedure: string;
  /** The policy by which `procedure` is matched. */
  readonly match: MatchPolicy;
  /** True while the registration is in force; false as soon as `unregister()` is called. */
  readonly active: boolean;
  /**
   * Resolves when the registration has ended: with an error if the application did not end it, for example because another session
   * displaced it. Never rejects.
   */
  readonly ended: Promise<WampMuxError | undefined>;
  /**
   * Unregisters the procedure (WAMP, "UNREGISTER"). Calls that arrive before the router has processed it are still answered. A second call
   * returns the same promise.
   *
   * @throws {@link TimeoutError} if the router does not answer; the registration has ended nevertheless
   * @example
   * const adding = await session.register("com.example.add2", ([a, b]: [number, number]) => a + b);
   * await adding.unregister();
   */
  unregister(): Promise<void>;
}
