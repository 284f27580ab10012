import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";
import { exactly, positiveInteger, positiveMilliseconds, text } from "./rules.js";
import type { Rule, RulesOf } from "./rules.js";

/** Stands in place of an offline policy for a request that goes into the outbox. */
export interface Durable {
  /** The random key of the entry, which the receiver sees as the keyword argument `_key`. */
  readonly key: string;
}

export const durable: Rule<Durable> = exactly<Durable>({
  key: { ...text, accepts: (value): value is string => text.accepts(value) && value !== "" },
});

/** Tells whether a request goes into the outbox. */
export function isDurable(offline: unknown): offline is Durable {
  return typeof offline === "object" && offline !== null;
}

/** The bounds of the outbox of a session. */
export interface OutboxConfig {
  /** Entries that are kept at most. */
  readonly maxEntries: number;
  /** Bytes of encoded arguments and results that are kept at most. */
  readonly maxBytes: number;
  /** Milliseconds for which an entry is kept to be sent, unless its request has a `timeout`. */
  readonly maxAge: number;
}

export const outboxRules = {
  maxEntries: positiveInteger,
  maxBytes: positiveInteger,
  maxAge: positiveMilliseconds,
} as const satisfies RulesOf<OutboxConfig>;

/** The state of an entry, as tabs see it. */
export type OutboxState = "waiting" | "sent" | "done" | "failed";

/** An entry of the outbox, as it crosses the port. */
export interface OutboxRecord {
  readonly key: string;
  readonly kind: "publish" | "call";
  /** The topic or the procedure. */
  readonly uri: string;
  readonly state: OutboxState;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch; null if it is kept until it is sent. */
  readonly expiresAt: number | null;
  /** Number of times that it was sent by this worker. */
  readonly attempts: number;
  /** The reason why it failed, or why it waits again. */
  readonly error?: ErrorRecord;
  /** The result of a call. */
  readonly result?: OutboxResult;
}

export interface OutboxResult {
  readonly details: Dict;
  readonly payload: Payload;
}
