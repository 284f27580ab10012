import type { AuthOptions } from "./auth-options.js";

/** Options of `Session.logout`. */
export interface LogoutOptions {
  /**
   * Wipes what the outbox holds, or keeps it until its user logs in again.
   * @default "wipe"
   */
  readonly outbox?: "keep" | "wipe" | undefined;
}

/** The part of a session that changes who is logged in, for all tabs. */
export interface SessionLogin {
  /**
   * Gives the session other credentials, for all tabs: an anonymous session logs in, or a token that expires is replaced. The session says
   * GOODBYE, and the next one is made with `auth`. Subscriptions and registrations follow; calls and publications that are pending reject with
   * `ConnectionLostError`, since nothing that was asked as one identity is sent as another. In each tab, `status` then has the new
   * `authid` and `authrole`. `principal`, the name of the session, stays.
   *
   * Resolves when there is a session with the new credentials. If these are refused, or this lease leaves before, the former ones come back:
   * the session reconnects with them. As long as attempts fail for a reason that may pass, it waits without a deadline, as `ready` does. If
   * the worker is lost before, it is repeated.
   *
   * A function in `auth` is called in this page alone. After its last tab has gone, the session cannot reconnect until a tab calls this again:
   * the status is "authenticating". A tab that connects with the former credentials has a part in the session too, with the warning
   * `OptionConflictError`.
   *
   * @param auth one method or several, as in `connect`
   * @throws {@link InvalidArgumentError} for wrong credentials in form, {@link JoinError} if the router refuses them, {@link KeyError} and
   * {@link UnsupportedError} if the browser cannot use them, {@link ConnectionLostError} if `reauthenticate` was called again before there
   * was a session, {@link SessionClosedError} if the session is closed, or by `retry.maxAttempts` for these credentials
   * @example
   * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
   * await session.reauthenticate({ method: "ticket", authid: "joe", secret: await fetchTicket() });
   */
  reauthenticate(auth: AuthOptions | readonly AuthOptions[]): Promise<void>;

  /**
   * Ends the session of all tabs, with GOODBYE, and wipes what the worker has stored of it. In each tab the status becomes "closed" for the
   * reason "logged-out", and what is pending rejects with `SessionClosedError`. Resolves when the session is closed. Keys that the application
   * has stored are its own.
   *
   * @param options what becomes of the outbox
   * @throws {@link TimeoutError} if the session is not closed within `requestTimeout`, {@link SessionClosedError} if it was closed before
   * @example
   * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
   * await session.logout();
   */
  logout(options?: LogoutOptions): Promise<void>;
}
