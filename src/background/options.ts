import type { SerializerModule } from "../client/api/serializer-module.js";
import type { ConnectOptions } from "../client/api/connect-options.js";

/** Options of `withSession`: those of `connect`, and where the shared worker is. */
export interface BackgroundOptions extends ConnectOptions {
  /** URL of the shared worker of the pages, as `session.status.workerUrl` has it there. Relative URLs refer to the service worker's script. */
  readonly workerUrl: string | URL;
  /**
   * The modules of the serializers of the application, by their names: a service worker cannot import on demand. One without its module is
   * not used.
   * @default none
   */
  readonly serializerModules?: Readonly<Record<string, SerializerModule>> | undefined;
  /**
   * Milliseconds for everything but the wait for earlier calls: connecting, the work, and GOODBYE. The work must not wait for another call of `withSession`. A browser ends a service worker's event after some minutes.
   * @default 60000
   */
  readonly timeLimit?: number | undefined;
}

/**
 * The result of `withSession`: the work is `done`; the pages have the session (`elsewhere`), so that nothing was done; or a page has
 * asked for the session during the work, which was `interrupted`.
 */
export type BackgroundOutcome = "done" | "elsewhere" | "interrupted";
