import type { Clock } from "../../web/clock.js";
import type { Locks } from "../../web/locks.js";
import type { TrustedScriptUrl } from "../api/connect-options.js";
import type { CustomSerializerConfig } from "../../contract/session-config.js";
import type { SerializerModule } from "../../protocol/serializer-module.js";
import type { HubHost } from "./hub-host.js";

/** The environment of the client: a page, or fakes in a unit test. */
export interface ClientEnvironment {
  readonly locks: Pick<Locks, "hold">;
  /** Returns the host of the hub. `workerUrl` is the option of `connect`, unchecked. */
  readonly hubHost: (workerUrl: string | TrustedScriptUrl | undefined) => HubHost;
  /** Imports the module of a serializer of the application. */
  readonly importSerializer: (serializer: CustomSerializerConfig) => Promise<Partial<SerializerModule>>;
  /** Returns a globally unique random id. */
  readonly randomId: () => string;
  /** Returns a random number from 0 to less than 1. */
  readonly random: () => number;
  readonly clock: Clock;
  /** Runs `task` in a later task of the event loop, as soon as possible, in the order of the calls. */
  readonly defer: (task: () => void) => void;
  /** Tells whether the user does not see this page now. */
  readonly isHidden: () => boolean;
  /**
   * Calls `listener` whenever `isHidden` may have changed, but not while this page goes into the back/forward cache; with true when it
   * comes back from there. Aborting `signal` stops it.
   */
  readonly onVisibility: (listener: (isBack: boolean) => void, signal: AbortSignal) => void;
  /** Tells whether the browser says that it has no network. */
  readonly isOffline: () => boolean;
  /** Calls `listener` whenever `isOffline` may have changed. Aborting `signal` stops it. */
  readonly onNetwork: (listener: () => void, signal: AbortSignal) => void;
  /** Reports an error that no promise can deliver, in the same way as the platform reports an uncaught error. */
  readonly report: (error: unknown) => void;
  /** Writes a line for the application's developer into the page's console. */
  readonly tell: (text: string) => void;
}
