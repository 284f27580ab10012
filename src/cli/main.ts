#!/usr/bin/env node
import { readCommandLine, usage } from "./command-line.js";
import type { Command } from "./command-line.js";
import { copyWorker, workerFiles } from "./copy-worker.js";

const MISUSE = 2;

function run(command: Command): string {
  switch (command.kind) {
    case "help":
      return usage;
    case "worker":
      // This file is built to lie beside the worker.
      copyWorker(import.meta.dirname, command.folder);
      return `wamp-mux: copied ${workerFiles.join(" and ")} to ${command.folder}
Every application of the origin connects with the URL that worker.js has there, such as connect({ …, workerUrl: "/worker.js" }).
Copy it again after every update of wamp-mux.
`;
  }
}

try {
  process.stdout.write(run(readCommandLine(process.argv.slice(2))));
} catch (error) {
  process.stderr.write(`wamp-mux: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = MISUSE;
}
