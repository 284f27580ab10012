import type { RouterOptions } from "../router/index.js";
import { readRouterArguments } from "./router-arguments.js";
import { readWorkerArguments } from "./worker-arguments.js";

export const usage = `wamp-mux worker FOLDER    copies the worker's files to a folder
wamp-mux router [OPTIONS] starts a WAMP router for development

  -h, --help  print this, or the options of a command: wamp-mux router --help
`;

export type Command =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "worker"; readonly folder: string }
  | { readonly kind: "router"; readonly options: RouterOptions; readonly verbose: boolean };

/** Parses the command line. Throws an error whose message tells the user what is wrong. */
export function readCommandLine([command, ...args]: readonly string[]): Command {
  switch (command) {
    case "worker":
      return readWorkerArguments(args);
    case "router":
      return readRouterArguments(args);
    case "--help":
    case "-h":
      return { kind: "help", text: usage };
    case undefined:
      throw new TypeError(`the command is missing\n${usage}`);
    default:
      throw new TypeError(`there is no command ${command}\n${usage}`);
  }
}
