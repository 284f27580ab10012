import type { PageLocks } from "./page.js";

/** Web Locks as signs of life: who holds one lives. */
export function pageLocks(manager: LockManager): PageLocks {
  return { hold: (name) => hold(manager, name), watch: (name, gone) => watch(manager, name, gone) };
}

function hold(manager: LockManager, name: string): Promise<() => void> {
  return new Promise((held, refused) => {
    manager.request(name, () => new Promise<void>((release) => held(release))).catch(refused);
  });
}

function watch(manager: LockManager, name: string, gone: () => void): () => void {
  const watching = new AbortController();
  // Shared, so that all pages that watch a worker get the lock at the same moment.
  manager.request(name, { mode: "shared", signal: watching.signal }, gone).catch(() => {
    // Stopped; or the page is being torn down, and then nobody is left to be told.
  });
  return () => watching.abort();
}
