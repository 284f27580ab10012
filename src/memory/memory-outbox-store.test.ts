import { outboxStoreSuite } from "../hub/outbox-store.suite.js";
import { MemoryOutboxStore } from "./memory-outbox-store.js";

const stores = new Map<string, MemoryOutboxStore>();

outboxStoreSuite("in memory", (key) => {
  const store = stores.get(key) ?? new MemoryOutboxStore();
  stores.set(key, store);
  return store;
});
