import { readable } from "svelte/store";
import { connect } from "wamp-mux";

/** A session, or what kept it from coming; it is left with the component. */
export function useSession(options) {
  const state = $state({ session: undefined, failure: undefined });
  $effect(() => {
    const connecting = connect(options);
    connecting.then(
      (session) => (state.session = session),
      (failure) => (state.failure = failure),
    );
    return () =>
      connecting.then(
        (session) => session.leave(),
        () => {},
      );
  });
  return state;
}

/** A store of the status of a session. */
export function statusOf(session) {
  return readable(session.status, (set) => session.on("status", set));
}
