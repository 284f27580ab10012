import type { StorageStatus } from "../contract/status.js";
import type { Environment } from "./environment.js";

/** Milliseconds after which tabs are told that the storage works again: a disk that keeps failing causes no storm. */
const RECOVERY_PAUSE = 1_000;

/** Tells where the worker keeps its data: in memory as soon as any of the stores does. */
export function storageStatus({ store, outbox }: Pick<Environment, "store" | "outbox">): StorageStatus {
  return store.status.kind === "memory" ? store.status : outbox.status;
}

/** Calls `changed` when the storage has begun to fail, and a moment after it has begun to work again. */
export function watchStorage(
  env: Pick<Environment, "store" | "outbox" | "clock">,
  changed: () => void,
): void {
  let stop: (() => void) | undefined;
  const look = (): void => {
    if (storageStatus(env).kind === "memory") return changed();
    stop ??= env.clock.after(RECOVERY_PAUSE, () => {
      stop = undefined;
      changed();
    });
  };
  env.store.watch(look);
  env.outbox.watch(look);
}
