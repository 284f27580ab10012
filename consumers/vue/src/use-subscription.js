import { onWatcherCleanup, ref, watch } from "vue";

/** A subscription of a session, or the error that kept it from coming; it ends with the component. */
export function useSubscription(session, topic, handler) {
  const subscription = ref();
  const failure = ref();
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
