// What every page does: with ?offer it offers a procedure, otherwise it calls the procedure. The page shows the result.
import { connect } from "wamp-mux";

async function greet(query, workerUrl) {
  const session = await connect({
    url: query.get("router"),
    realm: "realm1",
    // Every bundler has to find the files that are loaded when a session needs them: MessagePack, and Argon2id for this login.
    serializers: ["msgpack"],
    auth: { method: "wamp-scram", authid: "joe", secret: "secret!!!" },
    ...(workerUrl === null ? {} : { workerUrl }),
  });
  await session.ready;
  const { status } = session;
  if (!query.has("offer")) {
    return { workerUrl: status.workerUrl, answer: await session.call("com.example.greet", ["you"]) };
  }
  await session.register("com.example.greet", ([name]) => `${query.get("offer")} greets ${name}`);
  return { workerUrl: status.workerUrl };
}

async function show() {
  const query = new URLSearchParams(location.search);
  const shown = await greet(query, query.get("worker")).catch((error) => ({ error: String(error) }));
  document.querySelector("output").textContent = JSON.stringify(shown);
}

let showing;

/** Greets once, however often it is called: in development React runs every effect twice. */
export function showGreeting() {
  showing ??= show();
}
