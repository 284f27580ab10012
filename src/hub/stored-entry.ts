import type { ErrorRecord } from "../contract/errors.js";
import type { OutboxResult } from "../contract/outbox.js";
import { isRecord } from "../contract/rules.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

/** The version of the form of entries, which also counts up when a field becomes necessary. */
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
    isNullOr("string", value["authid"]) &&
    isNullOr("number", value["expiresAt"]) &&
    (value["kind"] === "publish" || value["kind"] === "call") &&
    isRecord(value["options"]) &&
    isPayload(value["payload"]) &&
    isOutcome(value["outcome"])
  );
}

/** Tells whether a value is an entry of another version, whose workers will send it. */
export function isOfOtherVersion(value: unknown): boolean {
  return isRecord(value) && typeof value["version"] === "number" && value["version"] !== VERSION;
}

function isNullOr(type: "string" | "number", value: unknown): boolean {
  return value === null || typeof value === type;
}

function isOutcome(value: unknown): value is StoredOutcome | null {
  if (!isRecord(value)) return value === null;
  return value["kind"] === "done" ? isPayload(value["payload"]) : isRecord(value["error"]);
}

function isPayload(value: unknown): value is Payload {
  if (!isRecord(value)) return false;
  const { serializer, data } = value;
  return typeof serializer === "string" && (typeof data === "string" || data instanceof Uint8Array);
}
