import { useCallback, useSyncExternalStore } from "react";

/** The status of a session. */
export function useStatus(session) {
  const listen = useCallback((changed) => session?.on("status", changed) ?? (() => {}), [session]);
  return useSyncExternalStore(listen, () => session?.status);
}
