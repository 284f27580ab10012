// The application of every page: with ?offer it offers a procedure, otherwise it calls the procedure. The page shows the result.
import { connect } from "wamp-mux";

const query = new URLSearchParams(location.search);

async function run() {
  const session = await connect({
    url: query.get("router"),
    realm: "realm1",
    // Every bundler has to find the file of MessagePack, which is loaded when a session speaks it.
    serializers: ["msgpack"],
    ...(query.has("worker") ? { workerUrl: query.get("worker") } : {}),
  });
  await session.ready;
  const { workerUrl } = session.status;
  if (!query.has("offer")) return { workerUrl, answer: await session.call("com.example.greet", ["you"]) };
  await session.register("com.example.greet", ([name]) => `${query.get("offer")} greets ${name}`);
  return { workerUrl };
}

const shown = await run().catch((error) => ({ error: String(error) }));
document.querySelector("output").textContent = JSON.stringify(shown);
