import type { RouterOptions } from "../router/index.js";

/** Runs the development router until the process is interrupted or terminated. */
export async function runRouter(
  options: RouterOptions,
  verbose: boolean,
  print: (line: string) => void,
): Promise<void> {
  // Built as a separate file, which the other commands do not load.
  const { startRouter } = await import("../router/index.js");
  const router = await startRouter({ ...options, ...(verbose ? { log: print } : {}) });
  print(`${router.url} (realms: ${options.realms?.join(", ") ?? ""})`);
  print("For development only, not for production: use Crossbar.io, Nexus or Bondy there.");
  const stop = (): void => {
    void router.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
