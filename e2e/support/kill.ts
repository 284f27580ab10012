import type { BrowserContext } from "@playwright/test";
import { readFileSync } from "node:fs";
import { processes } from "../engines/processes.js";

/** Kills the processes of the browser that has this profile: it cannot write or send anything any more. */
export async function kill(context: BrowserContext, profile: string): Promise<void> {
  const closed = context.waitForEvent("close");
  for (const { pid } of processes()) if (commandOf(pid).includes(profile)) process.kill(pid, "SIGKILL");
  await closed;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
