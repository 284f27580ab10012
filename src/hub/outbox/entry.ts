import type { Codecs } from "../../codec/codecs.js";
import { queuedSize } from "../../connection/gate/message-size.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { OutboxRecord } from "../../contract/outbox.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import type { EntryState } from "./entry-state.js";
import type { NewEntry, StoredOutcome } from "../stored-entry.js";

/** The request of a tab that waits for an entry. */
export interface Waiter {
  readonly tab: Tab;
  readonly pending: PendingRequest;
  /** True if it is settled as soon as the entry is stored. */
  readonly wantsAcceptance: boolean;
}

/** One entry of the outbox. */
export class Entry {
  state: EntryState;
  /** Undefined until it is stored. */
  position: number | undefined;
  waiter: Waiter | undefined;
  /** Its request on the wire. */
  wire: PendingRequest | undefined;
  /** Attempts that were written to the wire, without the present one. */
  endedAttempts = 0;
  /** Attempts in a row that were refused for a reason that may pass. */
  refusals = 0;
  /** The latest such reason. */
  passing: ErrorRecord | undefined;
  stopDelay: () => void = () => undefined;
  #measured: { readonly content: NewEntry; readonly bytes: number } | undefined;

  constructor(
    public content: NewEntry,
    position?: number,
  ) {
    this.position = position;
    this.state = content.outcome?.kind ?? (position === undefined ? "storing" : "waiting");
  }

  /** Number of times that it was written to the wire. */
  get attempts(): number {
    return this.endedAttempts + (this.wire?.sent === true ? 1 : 0);
  }

  /** The size of the content, which is measured once: each new entry asks for those of all others. */
  get bytes(): number {
    if (this.#measured?.content !== this.content)
      this.#measured = { content: this.content, bytes: sizeOf(this.content) };
    return this.#measured.bytes;
  }

  settle(outcome: StoredOutcome): void {
    this.content = { ...this.content, outcome };
  }

  /** Forgets the outcome, and lets it have the age limit of a new entry. */
  revive(now: number, maxAge: number): void {
    this.content = { ...this.content, outcome: null, createdAt: now, expiresAt: now + maxAge };
    this.refusals = 0;
    this.passing = undefined;
  }

  /** The entry as tabs see it; undefined if it is not stored. */
  get record(): OutboxRecord | undefined {
    const { state, attempts, content, passing } = this;
    if (state === "storing" || state === "gone") return undefined;
    const { key, kind, uri, createdAt, expiresAt, outcome } = content;
    const error = outcome?.kind === "failed" ? outcome.error : passing;
    return {
      key,
      kind,
      uri,
      state: state === "delayed" ? "waiting" : state,
      createdAt,
      expiresAt,
      attempts,
      ...(error !== undefined && state !== "done" && { error }),
      ...(outcome?.kind === "done" && { result: { details: outcome.details, payload: outcome.payload } }),
    };
  }
}

function sizeOf({ uri, options, payload, outcome }: NewEntry): number {
  return queuedSize(uri, options, payload) + (outcome?.kind === "done" ? outcome.payload.data.length : 0);
}

/** Tells whether an entry is still to be sent or answered, and may be so as this identity; null stands for one that is not known yet. */
export function isLeft(
  { state, content: { authid } }: Pick<Entry, "state" | "content">,
  identity: string | null,
): boolean {
  const isOurs = identity === null || authid === null || authid === identity;
  return isOurs && (state === "storing" || isSendable({ state }));
}

/** Tells whether an entry is stored and not settled. */
function isSendable({ state }: Pick<Entry, "state">): boolean {
  return state === "waiting" || state === "sent" || state === "delayed";
}

/** Returns stored entries in the order in which they were stored. */
export function inOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0));
}

/** Loads the serializers of entries that wait to be sent, so that none of them overtakes another one. */
export async function loadSerializers(codecs: Codecs, entries: Iterable<Entry>): Promise<void> {
  const names = [...entries].filter(isSendable).map(({ content }) => content.payload.serializer);
  const missing = [...new Set(names)].filter((name) => codecs.find(name) === undefined);
  await Promise.allSettled(missing.map((name) => codecs.load(name)));
}
