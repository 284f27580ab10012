import type { WireSession } from "../../connection/wire-session.js";
import type { SenderParts } from "./outbox-sender.js";

/** The surroundings of an outbox. */
export interface OutboxParts extends Omit<SenderParts, "settled" | "freed"> {
  readonly openSession: () => WireSession | undefined;
}
