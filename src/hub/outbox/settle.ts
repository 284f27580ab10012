import type { Entry } from "./entry.js";
import type { OutboxDisk } from "./outbox-disk.js";
import { tellWaiter } from "./outcomes.js";

/**
 * Stores an outcome, and then tells the application. It is also told if the store has failed, since the answer is here: the outcome is
 * written later, and a worker that dies before that leaves the entry to be sent again.
 */
export async function settle(entry: Entry, entries: Map<string, Entry>, disk: OutboxDisk): Promise<void> {
  const isDelivered = entry.state === "done" && entry.content.kind === "publish";
  if (isDelivered) {
    entry.state = "gone";
    entries.delete(entry.content.key);
  }
  await disk.save(entry);
  tellWaiter(entry);
}
