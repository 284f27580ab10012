import { webLocks } from "../../web/locks.js";
import type { Locks } from "../../web/locks.js";
import { UnsupportedError } from "../errors/worker-errors.js";

/** Returns the locks of this page; `hold` rejects with `UnsupportedError` where the browser refuses them. */
export function pageLocks(manager: LockManager): Locks {
  // A watch fails only while the page is being torn down, and then there is no application left to tell.
  const locks = webLocks(manager, () => undefined);
  return {
    ...locks,
    hold: (name) =>
      locks.hold(name).catch((cause: unknown) => {
        throw locksRefused(cause);
      }),
  };
}

/** A frame with an opaque origin has the API, but the browser refuses every request in it. */
function locksRefused(cause: unknown): UnsupportedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UnsupportedError(
    `A shared session needs navigator.locks, which the browser refuses to this page: ${why}`,
    { missing: ["navigator.locks"], cause },
  );
}
