import type { ConnectOptions } from "wamp-mux";

export const options: ConnectOptions = {
  url: new URLSearchParams(location.search).get("router") ?? "",
  realm: "realm1",
};
