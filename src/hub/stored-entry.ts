import type { ErrorRecord } from "../contract/errors.js";
import type { OutboxResult } from "../contract/outbox.js";
import { isRecord } from "../contract/rules.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

export const VERSION = 1;

/** The outcome of an entry that is settled: neither is ever sent again, unless the application asks for it. */
export type StoredOutcome =
  ({ readonly kind: "done" } & OutboxResult) | { readonly kind: "failed"; readonly error: ErrorRecord };

/** An entry of the outbox before the store has given it a position. */
export interface NewEntry {
  readonly version: typeof VERSION;
  /** The key of the session that it belongs to: no other session finds it. */
  readonly owner: string;
  /** The outbox that stored it, of one worker; only the holder of that outbox's lock may send or change it. */
  readonly outboxId: string;
  /**
   * The identity under which alone it is sent: the authid of WELCOME, or "" for one of an anonymous session, whose authid is a random one.
   * Null until the first WELCOME, if there was none before.
   */
  readonly authid: string | null;
  /** The key by which the receiver recognizes a repetition. */
  readonly key: string;
  readonly kind: "publish" | "call";
  /** The topic or the procedure. */
  readonly uri: string;
  readonly options: Dict;
  readonly payload: Payload;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly outcome: StoredOutcome | null;
}

/** An entry at its position in the store. */
export interface StoredEntry extends NewEntry {
  readonly position: number;
}

/** Tells whether a value is an entry of this version, which only a worker of this origin can have written. */
export function isStoredEntry(value: unknown): value is StoredEntry {
  return (
    isRecord(value) &&
    value["version"] === VERSION &&
    typeof value["position"] === "number" &&
    typeof value["outboxId"] === "string" &&
    typeof value["key"] === "string" &&
    typeof value["uri"] === "string" &&
    typeof value["createdAt"] === "number" &&
    (value["kind"] === "publish" || value["kind"] === "call") &&
    isRecord(value["options"]) &&
    isPayload(value["payload"])
  );
}

function isPayload(value: unknown): value is Payload {
  return isRecord(value) && typeof value["serializer"] === "string";
}
