// Imports the client as a server that renders pages does, without connecting. The router's entry is made for Node.
import { connect, isUnsupportedError } from "wamp-mux";
import { startRouter } from "wamp-mux/router";

const router = await startRouter();
const error = await connect({ url: router.url, realm: "realm1" }).catch((error) => error);
await router.stop();
// The process ends here, since the client has started nothing that keeps it alive.
console.log(
  JSON.stringify({ unsupported: isUnsupportedError(error), connections: router.counts.connections }),
);
