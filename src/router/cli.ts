#!/usr/bin/env node
import { readCommandLine, usage } from "./cli-options.js";
import type { CliRequest } from "./cli-options.js";
import { startRouter } from "./server/start-router.js";

const MISUSE = 2;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(request: CliRequest): Promise<void> {
  if (request.kind === "help") {
    say(usage);
    return;
  }
  const router = await startRouter({ ...request.options, ...(request.verbose ? { log: say } : {}) });
  say(`${router.url} (realms: ${request.options.realms?.join(", ") ?? ""})`);
  say("For development only, not for production: use Crossbar.io, Nexus or Bondy there.");
  const stop = (): void => {
    void router.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

try {
  await main(readCommandLine(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`wamp-mux-router: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = MISUSE;
}
