import { useCallback, useSyncExternalStore } from "react";
import type { Session } from "wamp-mux";

/** The status of a session. */
export function useStatus(session: Session | undefined) {
  const listen = useCallback(
    (changed: () => void) => session?.on("status", changed) ?? (() => {}),
    [session],
  );
  return useSyncExternalStore(listen, () => session?.status);
}
