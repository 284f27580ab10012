import type { AuthOffer } from "../auth/auth-offer.js";
import type { UnaskedEvent } from "../protocol/session-events.js";
import type { Disconnection } from "./disconnection.js";
import type { EstablishedSession } from "./established-session.js";

/** The secrets of a connection. */
export interface ConnectionAccess {
  /** Starts the authentication. */
  authenticate(): AuthOffer;
  /** Returns the complete URL of the router, with user, password and query. */
  address(): Promise<string>;
}

export interface ConnectionEvents {
  /** @param provenBy the method by which AUTHENTICATE was made, if the router asked for it */
  welcomed(session: EstablishedSession, provenBy: string | undefined): void;
  /** Called after WELCOME with messages that do not answer a request; GOODBYE and ABORT are reported by `closed`. */
  received(event: UnaskedEvent): void;
  /** The round trip of the session has changed noticeably. */
  measured(): void;
  /** Called once; no other event follows. */
  closed(disconnection: Disconnection): void;
  /** Tells whether the loss of the connection would matter, although no request is unanswered. */
  isNeeded(): boolean;
}
