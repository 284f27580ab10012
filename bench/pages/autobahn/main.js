import "./shims/globals.js";
import autobahn from "autobahn";
import { REALM, RETRY_DELAY, expose } from "../page.js";

expose(
  ({ url, serializer, retryDelay = RETRY_DELAY }) =>
    new Promise((resolve, reject) => {
      const { JSONSerializer, MsgpackSerializer } = autobahn.serializer;
      const connection = new autobahn.Connection({
        url,
        realm: REALM,
        serializers: [serializer === "json" ? new JSONSerializer() : new MsgpackSerializer()],
        // A bundler makes an empty module of the optional package "when", so it must not be used.
        use_es6_promises: true,
        max_retries: -1,
        initial_retry_delay: retryDelay / 1000,
        max_retry_delay: retryDelay / 1000,
      });
      /** @type {(() => void)[]} */
      const listeners = [];
      // It does not subscribe again by itself: its documentation tells applications to do so here.
      /** @type {((session: import("autobahn").Session) => Promise<unknown>)[]} */
      const subscriptions = [];
      connection.onopen = (session) => {
        for (const listener of listeners) listener();
        for (const subscribe of subscriptions) void subscribe(session);
        resolve({
          call: (procedure, args) => session.call(procedure, args),
          subscribe: async (topic, onEvent) => {
            /** @param {import("autobahn").Session} joined */
            const subscribe = (joined) =>
              joined.subscribe(topic, (args) => {
                onEvent(args);
              });
            subscriptions.push(subscribe);
            await subscribe(session);
          },
          publish: (topic, args) => void session.publish(topic, args),
          onBack: (listener) => void listeners.push(listener),
        });
      };
      connection.onclose = (reason) => {
        reject(new Error(`autobahn: ${reason}`));
        return false;
      };
      connection.open();
    }),
);
