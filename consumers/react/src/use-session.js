import { useEffect, useState } from "react";
import { connect } from "wamp-mux";

/** A session, or the error that kept it from coming; it is left with the component. */
export function useSession(options) {
  const [state, setState] = useState({});
  useEffect(() => {
    let mounted = true;
    const connecting = connect(options);
    connecting.then(
      (session) => mounted && setState({ session }),
      (failure) => mounted && setState({ failure }),
    );
    return () => {
      mounted = false;
      connecting.then((session) => session.leave()).catch(() => {});
    };
  }, [options]);
  return state;
}
