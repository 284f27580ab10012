import type { ConnectOptions } from "wamp-mux";

export const options: ConnectOptions = {
  url: new URLSearchParams(location.search).get("router") ?? "",
  realm: "realm1",
  // Copied by `npx wamp-mux worker public/`, since the Angular CLI does not build the workers of packages.
  workerUrl: "/worker.js",
};
