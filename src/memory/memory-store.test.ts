import { resumeStoreSuite } from "../hub/resume-store.suite.js";
import { MemoryStore } from "./memory-store.js";

const stores = new Map<string, MemoryStore>();

resumeStoreSuite("in memory", (key) => {
  const store = stores.get(key) ?? new MemoryStore();
  stores.set(key, store);
  return store;
});
