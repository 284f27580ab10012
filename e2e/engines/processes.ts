import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TabPage } from "./engine.js";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** CPU time so far, in ticks of usually 10 ms. */
  readonly ticks: number;
}

/** Kills the process of a page among the processes with this name; resolves when it is dead. */
export async function killPage(page: TabPage, name: string): Promise<void> {
  const kept = page.evaluate(() => {
    const end = performance.now() + 10_000;
    // Drivers do not tell the process of a page; the busy one is found.
    while (performance.now() < end);
  });
  kept.catch(() => {});
  await killBusiest(name);
}

/** Kills the process with this name that is busy while the others are not; resolves when it is dead. */
export async function killBusiest(name: string): Promise<void> {
  const before = new Map(processes(name).map(({ pid, ticks }) => [pid, ticks]));
  for (;;) {
    await sleep(20);
    const [first, second] = processes(name)
      .map(({ pid, ticks }) => ({ pid, used: ticks - (before.get(pid) ?? 0) }))
      .sort((one, other) => other.used - one.used);
    if (first === undefined || first.used < 10 || first.used < 4 * (second?.used ?? 0)) continue;
    process.kill(first.pid, "SIGKILL");
    while (processes(name).some(({ pid }) => pid === first.pid)) await sleep(5);
    return;
  }
}

/** Returns the living processes with this name that this process has started, or that those have started. */
export function processes(name?: string, root = process.pid): readonly Process[] {
  const all = readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? read(Number(entry)) : []));
  const startedBy = (parent: number): readonly Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...startedBy(one.pid)]);
  return startedBy(root).filter((one) => name === undefined || one.name === name);
}

/** Returns nothing for a process that has ended; see proc_pid_stat(5). */
function read(pid: number): readonly Process[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const nameEnd = text.lastIndexOf(")");
    const fields = text.slice(nameEnd + 2).split(" ");
    const [state, parent] = fields;
    if (state === "Z") return [];
    const name = text.slice(text.indexOf("(") + 1, nameEnd);
    return [{ pid, parent: Number(parent), name, ticks: Number(fields[11]) + Number(fields[12]) }];
  } catch {
    return [];
  }
}
