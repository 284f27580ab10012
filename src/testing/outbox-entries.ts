import { VERSION } from "../hub/stored-entry.js";
import type { NewEntry } from "../hub/stored-entry.js";

/** Returns an entry of an outbox with the given changes. */
export function newEntry(changes: Partial<NewEntry> = {}): NewEntry {
  return {
    version: VERSION,
    owner: "joe",
    outboxId: "former",
    authid: null,
    key: "key",
    kind: "publish",
    uri: "com.example.topic",
    options: {},
    payload: { serializer: "json", count: 1, data: "[1]" },
    createdAt: 1,
    expiresAt: null,
    outcome: null,
    ...changes,
  };
}
