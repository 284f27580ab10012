import { overflow } from "../../connection/error-records.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { OutboxConfig } from "../../contract/outbox.js";
import type { Entry } from "./entry.js";

/**
 * Makes room for a new entry by dismissing the results that no application has dismissed, the oldest first. Returns the error if there is
 * not enough room even so.
 */
export function excess(
  kept: readonly Entry[],
  bytes: number,
  { maxEntries, maxBytes }: OutboxConfig,
  dismiss: (entry: Entry) => void,
): ErrorRecord | undefined {
  let total = kept.reduce((sum, entry) => sum + entry.bytes, bytes);
  let count = kept.length + 1;
  for (const entry of kept) {
    if (count <= maxEntries && total <= maxBytes) return undefined;
    if (entry.state !== "done") continue;
    total -= entry.bytes;
    count -= 1;
    dismiss(entry);
  }
  if (count > maxEntries) return overflow("outbox.maxEntries", count, maxEntries);
  return total > maxBytes ? overflow("outbox.maxBytes", total, maxBytes) : undefined;
}
