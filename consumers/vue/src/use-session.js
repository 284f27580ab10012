import { onScopeDispose, ref } from "vue";
import { connect } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. */
export function useSession(options) {
  const session = ref();
  const failure = ref();
  const connecting = connect(options);
  connecting.then(
    (connected) => (session.value = connected),
    (error) => (failure.value = error),
  );
  onScopeDispose(() => connecting.then((connected) => connected.leave()).catch(() => {}));
  return { session, failure };
}
