import { useEffect, useEffectEvent, useState } from "react";

/** A subscription of a session, or the error that kept it from coming; it ends with the component. Events go to the latest handler. */
export function useSubscription(session, topic, handler) {
  const [state, setState] = useState({});
  const onEvent = useEffectEvent(handler);
  useEffect(() => {
    if (!session) return;
    let mounted = true;
    const subscribing = session.subscribe(topic, (event) => onEvent(event));
    subscribing.then(
      (subscription) => mounted && setState({ subscription }),
      (failure) => mounted && setState({ failure }),
    );
    return () => {
      mounted = false;
      subscribing.then((subscription) => subscription.unsubscribe()).catch(() => {});
    };
  }, [session, topic]);
  return state;
}
