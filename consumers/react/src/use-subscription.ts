import { useEffect, useEffectEvent, useState } from "react";
import type { EventHandler, Session, Subscription } from "wamp-mux";

/** A subscription of a session, or the error that kept it from coming; it ends with the component. Events go to the latest handler. */
export function useSubscription(session: Session | undefined, topic: string, handler: EventHandler) {
  const [state, setState] = useState<{ subscription?: Subscription; failure?: unknown }>({});
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
