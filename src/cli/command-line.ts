import { parseArgs } from "node:util";

export const usage = `wamp-mux worker FOLDER

Copies the worker's script and its source map to FOLDER, which is made if it is not there. Served from one URL, it is one
worker, and so one WAMP session, for all applications of an origin, however each of them is built.

  --help  print this
`;

export type Command = { readonly kind: "help" } | { readonly kind: "worker"; readonly folder: string };

/** Reads the command line; throws an error whose message says what is wrong with it. */
export function readCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (values.help) return { kind: "help" };
  const [command, folder, ...more] = positionals;
  if (command === undefined) throw new TypeError("the command is missing: wamp-mux worker FOLDER");
  if (command !== "worker") throw new TypeError(`there is no command ${command}, only worker`);
  if (folder === undefined || folder === "") throw new TypeError("worker needs the folder to copy to");
  if (more.length > 0) throw new TypeError(`worker takes one folder, got also ${more.join(" ")}`);
  return { kind: "worker", folder };
}
