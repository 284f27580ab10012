import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { connect } from "wamp-mux";

/** A session, or what kept it from coming; it is left with the component. `options` is one object for all renderings. */
export function useSession(options) {
  const [state, setState] = useState({});
  useEffect(() => {
    let mounted = true;
    const show = (shown) => mounted && setState(shown);
    const connecting = connect(options);
    connecting.then(
      (session) => show({ session }),
      (failure) => show({ failure }),
    );
    return () => {
      show({});
      mounted = false;
      connecting.then(
        (session) => session.leave(),
        () => {},
      );
    };
  }, [options]);
  return state;
}

/** The status of a session. */
export function useStatus(session) {
  const listen = useCallback((changed) => session?.on("status", changed) ?? (() => {}), [session]);
  return useSyncExternalStore(listen, () => session?.status);
}

/** A subscription, or what kept it from coming, for as long as the component and the session. Events go to the latest handler. */
export function useSubscription(session, topic, handler) {
  const [state, setState] = useState({});
  const onEvent = useEffectEvent(handler);
  useEffect(() => {
    if (session === undefined) return;
    let mounted = true;
    const show = (shown) => mounted && setState(shown);
    const subscribing = session.subscribe(topic, (event) => onEvent(event));
    subscribing.then(
      (subscription) => show({ subscription }),
      (failure) => show({ failure }),
    );
    return () => {
      show({});
      mounted = false;
      subscribing.then(
        (subscription) => subscription.unsubscribe(),
        () => {},
      );
    };
  }, [session, topic]);
  return state;
}
