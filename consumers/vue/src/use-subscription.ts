import { onWatcherCleanup, ref, watch } from "vue";
import type { Ref } from "vue";
import type { EventHandler, Session, Subscription } from "wamp-mux";

/** A subscription of a session, or the error that kept it from coming; it ends with the component. */
export function useSubscription(session: Ref<Session | undefined>, topic: string, handler: EventHandler) {
  const subscription = ref<Subscription>();
  const failure = ref<unknown>();
  watch(
    session,
    (connected) => {
      if (!connected) return;
      const subscribing = connected.subscribe(topic, handler);
      subscribing.then(
        (made) => (subscription.value = made),
        (error) => (failure.value = error),
      );
      onWatcherCleanup(() => subscribing.then((made) => made.unsubscribe()).catch(() => {}));
    },
    { immediate: true },
  );
  return { subscription, failure };
}
