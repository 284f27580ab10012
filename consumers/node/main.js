// What a server that renders pages does: it imports the client, and never connects. The router's entry is for Node.
import { connect, isUnsupportedError } from "wamp-mux";
import { startRouter } from "wamp-mux/router";

const router = await startRouter();
const error = await connect({ url: router.url, realm: "realm1" }).catch((error) => error);
await router.stop();
// Nothing that the client may have started keeps the process alive.
console.log(
  JSON.stringify({ unsupported: isUnsupportedError(error), connections: router.counts.connections }),
);
