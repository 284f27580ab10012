import { onWatcherCleanup, ref, watch } from "vue";

/** The status of a session. */
export function useStatus(session) {
  const status = ref();
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
