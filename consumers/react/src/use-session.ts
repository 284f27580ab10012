import { useEffect, useState } from "react";
import { connect } from "wamp-mux";
import type { ConnectOptions, Session } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. The first options of a component count. */
export function useSession(options: ConnectOptions) {
  const [first] = useState(options);
  const [state, setState] = useState<{ session?: Session; failure?: unknown }>({});
  useEffect(() => {
    let mounted = true;
    const connecting = connect(first);
    connecting.then(
      (session) => {
        if (mounted) setState({ session });
        session.ready.catch((failure) => mounted && setState({ session, failure }));
      },
      (failure) => mounted && setState({ failure }),
    );
    return () => {
      mounted = false;
      connecting.then((session) => session.leave()).catch(() => {});
    };
  }, [first]);
  return state;
}
