import type { ResumeStore } from "./environment.js";

/** Removes a value that this worker has written, unless the worker of another build has written another one since. Never rejects. */
export async function removeOwn(store: ResumeStore, key: string, written: unknown): Promise<void> {
  if (written === undefined) return;
  if (JSON.stringify(await store.read(key)) === JSON.stringify(written)) await store.remove(key);
}
