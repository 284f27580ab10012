import { connect } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. */
export function useSession(options) {
  const state = $state({ session: undefined, failure: undefined });
  $effect(() => {
    const connecting = connect(options);
    connecting.then(
      (session) => (state.session = session),
      (failure) => (state.failure = failure),
    );
    return () => connecting.then((session) => session.leave()).catch(() => {});
  });
  return state;
}
