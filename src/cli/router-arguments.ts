import { parseArgs } from "node:util";
import type { RouterOptions } from "../router/index.js";

export const routerUsage = `wamp-mux router [OPTIONS]

Starts a WAMP router for development. Not for production: use Crossbar.io, Nexus or Bondy there.

  --port NUMBER           TCP port (default 8080; 0 picks a free one)
  --host ADDRESS          address to listen on (default 127.0.0.1)
  --path PATH             path of the URL (default /)
  --realm NAME            a realm, repeatable (default realm1)
  --ticket AUTHID:TICKET  admits AUTHID with a ticket, repeatable
  --no-anonymous          refuses sessions without credentials
  --verbose               prints refused requests and aborted sessions
  --help                  print this
`;

type RouterCommand =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "router"; readonly options: RouterOptions; readonly verbose: boolean };

/** Parses the arguments of `wamp-mux router`. Throws an error whose message tells the user what is wrong. */
export function readRouterArguments(args: readonly string[]): RouterCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      path: { type: "string", default: "/" },
      realm: { type: "string", multiple: true, default: ["realm1"] },
      ticket: { type: "string", multiple: true, default: [] },
      "no-anonymous": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { kind: "help", text: routerUsage };
  const options: RouterOptions = {
    port: parsePort(values.port),
    host: values.host,
    path: values.path,
    realms: values.realm,
    auth: { anonymous: !values["no-anonymous"], tickets: Object.fromEntries(values.ticket.map(parseTicket)) },
  };
  return { kind: "router", options, verbose: values.verbose };
}

function parsePort(text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`--port must be a number, got ${text}`);
  return Number(text);
}

function parseTicket(text: string): [authid: string, ticket: string] {
  // The first colon is the separator: a ticket may contain colons, an authid may not.
  const colon = text.indexOf(":");
  if (colon <= 0 || colon === text.length - 1) {
    throw new TypeError(`--ticket must be AUTHID:TICKET, got ${text}`);
  }
  return [text.slice(0, colon), text.slice(colon + 1)];
}
