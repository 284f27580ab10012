import type { ApiShape, UntypedApi } from "../client/api/api-types.js";
import type { ConnectOptions } from "../client/api/connect-options.js";
import type { Session } from "../client/api/session.js";
import type { CoreOptions } from "../router/core/core-options.js";
import type { Counts } from "../router/faults/counts.js";
import type { Faults } from "../router/faults/faults.js";

/** Options of {@link createTestRouter}. */
export interface TestRouterOptions extends CoreOptions {
  /**
   * Called with each error that a page would report as uncaught, such as one that an event handler throws.
   * @default reports it as uncaught, so that the test fails
   */
  readonly onError?: (error: unknown) => void;
}

/**
 * Joins the session that the tabs share, in a tab of its own. All options may be omitted: any URL leads to the test router, and the
 * default realm is its first one. `workerUrl` has no effect.
 */
export type TestConnect = <Api extends ApiShape = UntypedApi>(
  options?: Partial<ConnectOptions>,
) => Promise<Session<Api>>;

/** A tab, or a page without others, in which `connect` may be called several times. */
export interface TestTab {
  /** Like `connect` of the package in one page. */
  readonly connect: TestConnect;
}

/**
 * A WAMP router in memory, and one browser whose tabs connect to it, created by {@link createTestRouter}. Functions need no `this`, so that
 * they can be passed on.
 */
export interface TestRouter extends AsyncDisposable {
  /**
   * Connects a new tab of the browser. Tabs with the same URLs, realm and principal share one WAMP session, as they do in a browser.
   * Resolves when the session is established, or when the first attempt has failed; rejects like the `connect` of the package.
   *
   * @example
   * const session = await testRouter.connect({ realm: "realm1" });
   * await session.call("com.example.add2", [2, 3]);
   */
  readonly connect: TestConnect;
  /**
   * Connects a client outside of the browser, with a WAMP session of its own: the other side, such as a backend.
   *
   * @example
   * const backend = await testRouter.connectPeer();
   * await backend.register("com.example.now", () => 1_700_000_000);
   */
  readonly connectPeer: TestConnect;
  /** Opens a tab for an application that calls `connect` several times: these calls share the tab, as they share a page. */
  readonly openTab: () => TestTab;
  /**
   * Takes the browser's network away: its connections end without a closing handshake, and every attempt fails until `reconnect()`. Peers
   * stay connected. Resolves when the tabs have noticed.
   */
  readonly disconnect: () => Promise<void>;
  /** Gives the network back, without the delay before the next attempt. Resolves when the tabs are online again, or have failed. */
  readonly reconnect: () => Promise<void>;
  /**
   * Resolves when every message under way has arrived and has been handled, as far as that needs no time to pass. With fake timers, no
   * time passes.
   *
   * @example
   * await backend.publish("com.example.chat", ["hello"]);
   * await testRouter.settle();
   */
  readonly settle: () => Promise<void>;
  /** Faults to inject, for the connections of the browser and of the peers. */
  readonly faults: Faults;
  /** Counts of connections and messages since the start or the last `resetCounts()`; the object is live. */
  readonly counts: Counts;
  /** Sets all counts to zero, except the number of open connections. */
  readonly resetCounts: () => void;
  /** Returns the established WAMP sessions, realm by realm, in the order in which they joined. */
  readonly sessions: () => {
    /** WAMP session id. */
    readonly id: number;
    /** The realm that the session has joined. */
    readonly realm: string;
    /** The authid that the router assigned. */
    readonly authid: string;
  }[];
  /**
   * Lets all tabs and peers leave and ends every timer. Call it at the end of each test; it may be called more than once, and needs no time
   * to pass.
   */
  readonly stop: () => Promise<void>;
}
