import { UnsupportedError } from "./errors/worker-errors.js";
import type { PageLocks } from "./page.js";

/** Web Locks as signs of life: who holds one lives. */
export function pageLocks(manager: LockManager): PageLocks {
  return { hold: (name) => hold(manager, name), watch: (name, gone) => watch(manager, name, gone) };
}

function hold(manager: LockManager, name: string): Promise<() => void> {
  return new Promise((held, refused) => {
    manager
      .request(name, () => new Promise<void>((release) => held(release)))
      .catch((cause: unknown) => refused(lacking(cause)));
  });
}

/** Such as in a frame whose origin is opaque: the API is there, but each request is refused. */
function lacking(cause: unknown): UnsupportedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UnsupportedError(
    `A shared session needs navigator.locks, which the browser refuses to this page: ${why}`,
    { missing: ["navigator.locks"] },
    { cause },
  );
}

function watch(manager: LockManager, name: string, gone: () => void): () => void {
  const watching = new AbortController();
  // Shared, so that all pages that watch a worker get the lock at the same moment.
  manager.request(name, { mode: "shared", signal: watching.signal }, gone).catch(() => {
    // Stopped; or the page is being torn down, and then nobody is left to be told.
  });
  return () => watching.abort();
}
