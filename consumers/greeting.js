// What every page does: with ?offer it offers a procedure, otherwise it calls the procedure. The page shows the result.
import { connect } from "wamp-mux";

// Every bundler has to find the files of the serializers, which are loaded when a session speaks them.
const serializers = ["msgpack", "cbor"];

async function greet(query, workerUrl, serializer) {
  const session = await connect({
    url: query.get("router"),
    realm: "realm1",
    principal: serializer,
    serializers: [serializer],
    // So it does those of an algorithm that browsers lack.
    auth: { method: "wamp-scram", authid: "joe", secret: "secret!!!" },
    ...(workerUrl === null ? {} : { workerUrl }),
  });
  await session.ready;
  const { status } = session;
  const procedure = `com.example.greet.${serializer}`;
  if (!query.has("offer"))
    return { workerUrl: status.workerUrl, answer: await session.call(procedure, ["you"]) };
  await session.register(procedure, ([name]) => `${query.get("offer")} greets ${name}`);
  return { workerUrl: status.workerUrl };
}

/** Greets in each serializer; the results must be the same. */
async function greetInAll(query, workerUrl) {
  const [first, ...others] = await Promise.all(serializers.map((each) => greet(query, workerUrl, each)));
  const differs = others.some((other) => JSON.stringify(other) !== JSON.stringify(first));
  return differs ? { error: JSON.stringify([first, ...others]) } : first;
}

async function show() {
  const query = new URLSearchParams(location.search);
  const shown = await greetInAll(query, query.get("worker")).catch((error) => ({ error: String(error) }));
  document.querySelector("output").textContent = JSON.stringify(shown);
}

let showing;

/** Greets once, however often it is called: in development React runs every effect twice. */
export function showGreeting() {
  showing ??= show();
}
