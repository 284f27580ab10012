import { connect } from "wamp-mux";
import { REALM, RETRY_DELAY, expose } from "../page.js";

expose(async ({ url, serializer, retryDelay = RETRY_DELAY, probeAfter }) => {
  const session = await connect({
    url,
    realm: REALM,
    serializers: [serializer],
    retry: { initialDelay: retryDelay, maxDelay: retryDelay },
    ...(probeAfter !== undefined && { probeAfter }),
  });
  await session.ready;
  return {
    call: (procedure, args) => session.call(procedure, args),
    subscribe: async (topic, onEvent, catchUp = false) => {
      await session.subscribe(
        topic,
        (event) => {
          onEvent(event.args);
        },
        { catchUp },
      );
    },
    publish: (topic, args) => void session.publish(topic, args),
    onBack: (listener) => {
      session.on("status", (status) => {
        if (status.state === "online") listener();
      });
    },
    onLost: (listener) => {
      session.on("status", (status) => {
        if (status.state === "waiting") listener();
      });
    },
    publishDurably: async (topic, args, onStored) => {
      await session.publish(topic, args, { offline: "durable", acknowledge: true, onStored });
    },
    tables: async () => {
      const { sessions } = await session.inspect();
      const [first] = sessions;
      const rest = sessions.map((each) => [
        each.pending,
        each.invocations,
        each.wireSubscriptions.length,
        each.wireRegistrations.length,
        ...each.tabs.flatMap((tab) => [
          tab.requests,
          tab.queuedBytes,
          tab.subscriptions,
          tab.registrations,
          tab.invocations,
          tab.held,
        ]),
      ]);
      return { tabs: first?.tabs.length ?? 0, rest: rest.flat().reduce((sum, count) => sum + count, 0) };
    },
  };
});
