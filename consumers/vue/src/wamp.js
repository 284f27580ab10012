import { onScopeDispose, onWatcherCleanup, ref, watch } from "vue";
import { connect } from "wamp-mux";

/** A session, its status, and what kept it from coming; it is left with the component. */
export function useSession(options) {
  const session = ref();
  const status = ref();
  const failure = ref();
  const connecting = connect(options);
  connecting.then(
    (connected) => {
      session.value = connected;
      status.value = connected.status;
      connected.on("status", (changed) => (status.value = changed));
    },
    (error) => (failure.value = error),
  );
  onScopeDispose(() =>
    connecting.then(
      (connected) => connected.leave(),
      () => {},
    ),
  );
  return { session, status, failure };
}

/** A subscription as soon as there is a session; it ends with the component. */
export function useSubscription(session, topic, handler) {
  const subscription = ref();
  const failure = ref();
  watch(
    session,
    (connected) => {
      if (connected === undefined) return;
      const subscribing = connected.subscribe(topic, handler);
      subscribing.then(
        (made) => (subscription.value = made),
        (error) => (failure.value = error),
      );
      onWatcherCleanup(() =>
        subscribing.then(
          (made) => made.unsubscribe(),
          () => {},
        ),
      );
    },
    { immediate: true },
  );
  return { subscription, failure };
}
