import type { ErrorRecord } from "../contract/errors.js";
import type { SessionEvent } from "../protocol/session-events.js";
import type { Line as WireLine } from "./connection/connector.js";

/** What the protocol core carries for a request on the wire: whom its answer concerns. */
export interface WireTicket {
  /** Called once, and before that for each progressive result. */
  answered(answer: Answer): void;
  /** The connection ended before an answer came. */
  lost(error: ErrorRecord): void;
}

export type Answer = Extract<SessionEvent<WireTicket>, { readonly ticket: WireTicket }>;

export type Line = WireLine<WireTicket>;
