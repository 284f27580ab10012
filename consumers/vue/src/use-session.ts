import { onMounted, onUnmounted, ref } from "vue";
import { connect } from "wamp-mux";
import type { ConnectOptions, Session } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. */
export function useSession(options: ConnectOptions) {
  const session = ref<Session>();
  const failure = ref<unknown>();
  let connecting: Promise<Session> | undefined;
  onMounted(() => {
    connecting = connect(options);
    connecting.then(
      (connected) => {
        session.value = connected;
        connected.ready.catch((error) => (failure.value = error));
      },
      (error) => (failure.value = error),
    );
  });
  onUnmounted(() => connecting?.then((connected) => connected.leave()).catch(() => {}));
  return { session, failure };
}
