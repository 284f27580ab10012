#!/usr/bin/env node
import { readCommandLine } from "./command-line.js";
import type { Command } from "./command-line.js";
import { copyWorker } from "./copy-worker.js";
import { runRouter } from "./run-router.js";

const MISUSE = 2;

function print(text: string): void {
  process.stdout.write(text);
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case "help":
      print(command.text);
      return;
    case "worker":
      // The build puts this file next to the worker.
      print(`wamp-mux: copied ${copyWorker(import.meta.dirname, command.folder).join(", ")} to ${command.folder}
Every application of the origin connects with the URL that worker.js has there, such as connect({ …, workerUrl: "/worker.js" }).
Copy it again after every update of wamp-mux.
`);
      return;
    case "router":
      await runRouter(command.options, command.verbose, (line) => {
        print(`${line}\n`);
      });
  }
}

try {
  await run(readCommandLine(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`wamp-mux: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = MISUSE;
}
