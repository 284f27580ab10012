// Reads the figures of Linux about processes and the machine.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/** Ticks per second: the kernel's USER_HZ is 100 on every platform that runs Chromium. */
const TICKS = 100;

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended in the meantime.
    return "";
  }
}

function processIds() {
  return existsSync("/proc")
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];
}

/**
 * Reads the fields of /proc/<pid>/stat from the third one on, because the second, the name, may contain blanks.
 *
 * @param {number} pid
 */
function stat(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/**
 * Finds a process and all its descendants.
 *
 * @param {number} pid
 */
export function descendants(pid) {
  const parents = new Map(processIds().map((each) => [each, Number(stat(each)[1])]));
  const found = [pid];
  for (const each of found) {
    for (const [child, parent] of parents) if (parent === each) found.push(child);
  }
  return found;
}

/**
 * Adds up the CPU seconds, user and system.
 *
 * @param {readonly number[]} pids
 */
export function cpuSeconds(pids) {
  const ticks = pids.map((pid) => {
    const fields = stat(pid);
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS;
}

/**
 * Adds up the bytes of memory; a share of several processes counts for each in part.
 *
 * @param {readonly number[]} pids
 */
export function proportionalSetSize(pids) {
  const sizes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return sizes.reduce((sum, each) => sum + each, 0) * 1024;
}

/** Reads the seconds of all cores since the start: those at work, and those taken by the hypervisor. */
export function machineTimes() {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = read("/proc/stat")
    .split("\n", 1)
    .join()
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / TICKS);
  return { busy: user + nice + system + irq + softirq, steal };
}

export function machine() {
  const [first] = cpus();
  return {
    cores: cpus().length,
    cpu: first?.model,
    memory: totalmem(),
    kernel: release(),
    node: process.version,
  };
}
