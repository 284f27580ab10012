import { parseArgs } from "node:util";

export const workerUsage = `wamp-mux worker FOLDER

Copies the worker's scripts and their source maps to FOLDER, which is created if necessary. All applications of an origin that load
the worker from one URL share one worker, and so one WAMP session, however each of them is built.

  --help  print this
`;

type WorkerCommand =
  { readonly kind: "help"; readonly text: string } | { readonly kind: "worker"; readonly folder: string };

/** Parses the arguments of `wamp-mux worker`. Throws an error whose message tells the user what is wrong. */
export function readWorkerArguments(args: readonly string[]): WorkerCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (values.help) return { kind: "help", text: workerUsage };
  const [folder, ...more] = positionals;
  if (folder === undefined || folder === "") throw new TypeError("worker needs the folder to copy to");
  if (more.length > 0) throw new TypeError(`worker takes one folder, got also ${more.join(" ")}`);
  return { kind: "worker", folder };
}
