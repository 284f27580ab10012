import type { Entry } from "./entry.js";
import type { OutboxDisk } from "./outbox-disk.js";
import { tellWaiter } from "./outcomes.js";

/** Tells the application only what is stored: a worker that dies in between sends the entry again. */
export async function settle(
  entry: Entry,
  entries: Map<string, Entry>,
  disk: OutboxDisk,
  storageChanged: () => void,
): Promise<void> {
  const isDelivered = entry.state === "done" && entry.content.kind === "publish";
  if (isDelivered) {
    entry.state = "gone";
    entries.delete(entry.content.key);
  }
  await disk.save(entry);
  storageChanged();
  tellWaiter(entry);
}
