import type { Codecs } from "../../codec/codecs.js";
import { transcode } from "../../codec/transcode.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { Payload } from "../../protocol/payload.js";
import { timedOut } from "../error-records.js";
import type { Settlement } from "../tab/pending-request.js";
import type { Entry } from "./entry.js";
import type { StoredOutcome } from "../stored-entry.js";

const NOTHING: Payload = { serializer: "json", count: 0, data: "" };

/**
 * Returns a payload in JSON, which every tab and every later worker can read; as it is if JSON cannot carry it.
 */
function inJson(codecs: Codecs, payload: Payload): Payload {
  const from = codecs.find(payload.serializer);
  if (from === undefined) return payload;
  try {
    return transcode(payload, from, codecs.get("json"));
  } catch {
    return payload;
  }
}

/** Returns the outcome of an answer. */
export function resultOutcome(codecs: Codecs, notice: Settlement): StoredOutcome {
  if (notice.kind === "result")
    return { kind: "done", details: notice.details, payload: inJson(codecs, notice.payload) };
  const details = notice.kind === "published" ? { publication: notice.publication } : {};
  return { kind: "done", details, payload: NOTHING };
}

export function failedOutcome(codecs: Codecs, error: ErrorRecord): StoredOutcome {
  if (error.name !== "WampError" || error.payload === undefined) return { kind: "failed", error };
  return { kind: "failed", error: { ...error, payload: inJson(codecs, error.payload) } };
}

/** Returns the outcome of an entry that has reached its age limit. */
export function expiredOutcome({ attempts, content: { createdAt, expiresAt } }: Entry): StoredOutcome {
  return { kind: "failed", error: timedOut((expiresAt ?? createdAt) - createdAt, attempts > 0) };
}

/** Tells the tab that waits for an entry that it is stored, which may be all that it waits for. */
export function tellStored(entry: Entry): void {
  const { waiter } = entry;
  if (waiter?.wantsAcceptance === true) tellWaiter(entry);
  else waiter?.tab.notices.push({ kind: "stored", request: waiter.pending.request });
}

/** Tells the tab that waits for an entry what has become of it: that it is stored, if that is what it waits for. */
export function tellWaiter({ waiter, content }: Entry): void {
  if (waiter === undefined) return;
  const { pending, wantsAcceptance } = waiter;
  const { request } = pending;
  const { outcome, kind } = content;
  if (wantsAcceptance) return pending.resolve({ kind: "published", request });
  if (outcome === null) return;
  if (outcome.kind === "failed") return pending.reject(outcome.error);
  const { details, payload } = outcome;
  if (kind === "call") return pending.resolve({ kind: "result", request, progress: false, details, payload });
  const { publication } = details;
  pending.resolve({ kind: "published", request, ...(typeof publication === "number" && { publication }) });
}
