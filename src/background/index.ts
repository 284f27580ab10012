// Declares `AsyncDisposable`, which the types use, for applications with an older `lib`.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ApiShape, UnknownApi, UntypedApi } from "../client/api/api-types.js";
import type { Session } from "../client/api/session.js";
import { browserPlatform } from "./browser-platform.js";
import { createSessionHolder } from "./hold-session.js";
import type { BackgroundOptions, BackgroundOutcome } from "./options.js";

const holdSession = createSessionHolder(browserPlatform);

/**
 * Opens the session of the pages in a service worker, without a page, for some work, and ends it with GOODBYE. There are never two of
 * them: while a page has the session, nothing is done; a page that is opened during the work gets the session at once. The session also
 * sends the outbox of the pages, and ends only when nothing is left to be sent or answered there. A call waits for the earlier ones of this
 * service worker.
 *
 * For Background Sync: a rejection makes the browser fire the event again later.
 *
 * @param options as for `connect`, with the URL of the shared worker; the same router, realm and identity as in the pages
 * @param work gets the session, which may not be established yet; what it requests waits for that
 * @returns what has become of the work
 * @throws what `work` throws; `TimeoutError` if `timeLimit` is over; what `connect` throws, except that another worker has the session;
 * `SessionClosedError` if the session is closed during the work. All of them are rejections.
 * @example
 * // In the listener of the event `sync`.
 * const options = { url: "wss://router.example/ws", realm: "realm1", workerUrl: "/worker.js" };
 * sync.waitUntil(
 *   withSession(options, (session) => session.publish("com.example.seen", [Date.now()], { acknowledge: true })),
 * );
 */
export function withSession<Api extends ApiShape = UntypedApi>(
  options: BackgroundOptions,
  work: (session: Session<Api>) => unknown,
): Promise<BackgroundOutcome>;
export async function withSession(
  options: BackgroundOptions,
  work: (session: Session<UnknownApi>) => unknown,
): Promise<BackgroundOutcome> {
  return await holdSession(options, work);
}

export type { BackgroundOptions, BackgroundOutcome } from "./options.js";

// The errors and their guards: an error of this file is none of the classes of `wamp-mux`, which is another file.
export * from "../client/errors/index.js";
