import { parseArgs } from "node:util";
import type { RouterOptions } from "./server/options.js";

export const usage = `wamp-mux-router: a WAMP router for development. Not for production: use Crossbar.io, Nexus or Bondy there.

  --port NUMBER           TCP port (default 8080; 0 takes a free one)
  --host ADDRESS          address to listen on (default 127.0.0.1)
  --path PATH             path of the URL (default /)
  --realm NAME            a realm, repeatable (default realm1)
  --ticket AUTHID:TICKET  who may log in with a ticket, repeatable
  --no-anonymous          refuse sessions without credentials
  --verbose               print what is refused and aborted
  --help                  print this
`;

export type CliRequest =
  | { readonly kind: "help" }
  | { readonly kind: "start"; readonly options: RouterOptions; readonly verbose: boolean };

/** Reads the command line; throws an error whose message says what is wrong with it. */
export function readCommandLine(args: readonly string[]): CliRequest {
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
  if (values.help) return { kind: "help" };
  const options: RouterOptions = {
    port: /^\d+$/.test(values.port)
      ? Number(values.port)
      : fail(`--port must be a number, got ${values.port}`),
    host: values.host,
    path: values.path,
    realms: values.realm,
    auth: { anonymous: !values["no-anonymous"], tickets: Object.fromEntries(values.ticket.map(readTicket)) },
  };
  return { kind: "start", options, verbose: values.verbose };
}

function readTicket(text: string): [authid: string, ticket: string] {
  // A ticket may contain colons, an authid then not.
  const colon = text.indexOf(":");
  if (colon <= 0 || colon === text.length - 1) fail(`--ticket must be AUTHID:TICKET, got ${text}`);
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function fail(message: string): never {
  throw new TypeError(message);
}
