import { webLocks } from "../../web/locks.js";
import type { Locks } from "../../web/locks.js";
import { textFromThrown } from "../errors/thrown-text.js";
import { UnsupportedError } from "../errors/worker-errors.js";

/** Returns the locks of this page; `hold` rejects with `UnsupportedError` if the browser refuses them. */
export function pageLocks(manager: LockManager): Locks {
  const locks = webLocks(manager);
  return {
    ...locks,
    hold: (name, lost) =>
      locks.hold(name, lost).catch((cause: unknown) => {
        throw locksRefused(cause);
      }),
  };
}

/** Returns the error for a frame with an opaque origin: it has the API, but the browser refuses every request. */
function locksRefused(cause: unknown): UnsupportedError {
  return new UnsupportedError(
    `A shared session needs navigator.locks, which the browser denies to this page: ${textFromThrown(cause)}`,
    { missing: ["navigator.locks"], cause },
  );
}
