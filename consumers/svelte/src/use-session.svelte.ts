import { connect } from "wamp-mux";
import type { ConnectOptions, Session } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. */
export function useSession(options: ConnectOptions) {
  const state = $state<{ session?: Session; failure?: unknown }>({});
  $effect(() => {
    const connecting = connect(options);
    connecting.then(
      (session) => {
        state.session = session;
        session.ready.catch((failure) => (state.failure = failure));
      },
      (failure) => (state.failure = failure),
    );
    return () => connecting.then((session) => session.leave()).catch(() => {});
  });
  return state;
}
