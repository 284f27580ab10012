import type { StorageStatus } from "../contract/status.js";
import type { Environment } from "./environment.js";

/** Tells where the worker keeps its data: in memory as soon as any of the stores does. */
export function storageStatus({ store, outbox }: Pick<Environment, "store" | "outbox">): StorageStatus {
  return store.status.kind === "memory" ? store.status : outbox.status;
}
