import { onWatcherCleanup, ref, watch } from "vue";
import type { Ref } from "vue";
import type { Session, SessionStatus } from "wamp-mux";

/** The status of a session. */
export function useStatus(session: Ref<Session | undefined>) {
  const status = ref<SessionStatus>();
  watch(
    session,
    (connected) => {
      status.value = connected?.status;
      if (connected) onWatcherCleanup(connected.on("status", (changed) => (status.value = changed)));
    },
    { immediate: true },
  );
  return status;
}
