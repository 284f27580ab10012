// Uses every public member of a session and of its handles, each as it comes out of the state of a framework.
import { connect } from "wamp-mux";

const query = new URLSearchParams(location.search);

/**
 * Shows for each way of holding a value what the members did. A way puts the value into the state of a framework, and
 * returns what an application reads there, often a Proxy.
 */
export async function showMembers(ways) {
  const shown = {};
  for (const [name, hold] of Object.entries(ways)) {
    shown[name] = await useMembers(hold).catch((error) => ({ error: error.stack }));
  }
  document.querySelector("output").textContent = JSON.stringify(shown);
}

async function useMembers(hold) {
  const options = {
    url: [query.get("router")],
    realm: "realm1",
    serializers: ["json", "msgpack"],
    retry: { initialDelay: 100 },
    limits: { maxRequests: 1000 },
  };
  const session = hold(await connect(hold(options)));
  const heard = [];
  const stopStatus = session.on("status", ({ state }) => heard.push(state));
  const stopWarning = session.on("warning", (error) => heard.push(error.name));
  await session.ready;
  const { realm, principal, status } = session;
  const calls = await useProcedures(session, hold);
  const events = await useTopics(session, hold);
  const disposed = await dispose(session, hold);
  await session.reconnectNow();
  const { tab, sessions } = await session.inspect();
  const { subscriptions, registrations } = sessions[0].tabs.find((each) => each.tab === tab);
  stopWarning();
  await session.leave();
  // The status changes before the promise resolves.
  const { kind } = await session.closed;
  stopStatus();
  const late = await session.call("com.example.late").catch(({ name }) => name);
  const held = subscriptions + registrations;
  return {
    realm,
    principal,
    state: status.state,
    calls,
    events,
    disposed,
    held,
    kind,
    late,
    heard: heard.at(-1),
  };
}

async function useProcedures(session, hold) {
  const handler = ([list], { kwargs, progress }) => {
    progress?.(["working"]);
    // The result is the state of the framework too.
    return hold([kwargs.title, ...list]);
  };
  const registration = hold(
    await session.register("com.example.list", handler, hold({ invoke: "roundrobin" })),
  );
  const args = hold([["a", "b"]]);
  const options = hold({ kwargs: { title: "letters" }, timeout: 10_000 });
  const parts = [];
  const answer = await session.call("com.example.list", args, options);
  const whole = await session.callResult("com.example.list", args, options);
  for await (const part of session.callProgressive("com.example.list", args, options))
    parts.push(part.args[0]);
  const { procedure, match, active } = registration;
  await registration.unregister();
  const end = (await registration.ended) ?? "ended";
  return { answer, whole: whole.args, parts, procedure, match, active: [active, registration.active], end };
}

async function useTopics(session, hold) {
  const heard = [];
  const handler = ({ args: [{ text }], kwargs }) => heard.push([text, kwargs.from]);
  const subscription = hold(await session.subscribe("com.example.talk", handler, hold({ match: "exact" })));
  const iterator = hold(session.events("com.example.talk"))[Symbol.asyncIterator]();
  const next = iterator.next();
  const options = hold({ excludeMe: false, acknowledge: true, exclude: [1], kwargs: { from: "me" } });
  // The iterator subscribes with its first request, before this one.
  const publication = await session.publish("com.example.talk", hold([{ text: "hi" }]), options);
  const { value } = await next;
  await iterator.return();
  const { topic, match, active } = subscription;
  await subscription.unsubscribe();
  const end = (await subscription.ended) ?? "ended";
  const acknowledged = typeof publication;
  const iterated = value.args[0].text;
  return { acknowledged, heard, iterated, topic, match, active: [active, subscription.active], end };
}

/** Ends handles and a session by the end of their block. */
async function dispose(session, hold) {
  let ended;
  {
    await using subscription = hold(await session.subscribe("com.example.talk", () => {}));
    await using registration = hold(await session.register("com.example.list", () => {}));
    await using another = hold(await connect({ url: [query.get("router")], realm: "realm1" }));
    await another.ready;
    ended = { subscription, registration, another };
  }
  return [ended.subscription.active, ended.registration.active, ended.another.status.state];
}
