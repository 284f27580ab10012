// Takes CPU profiles of the worker and of the first page, as files for DevTools and as a table.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} CpuProfile
 * @property {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[]} nodes
 * @property {number[]} samples ids of nodes
 * @property {number[]} timeDeltas microseconds
 *
 * @typedef {import("./target.mjs").Target} Target
 */

const ROWS = 25;

export class Profiler {
  #folder;
  #name;

  /**
   * @param {string} folder
   * @param {string} name of the profiled work
   */
  constructor(folder, name) {
    this.#folder = folder;
    this.#name = name;
  }

  /**
   * @param {Target | undefined} page
   * @param {Target | undefined} worker
   */
  async start(page, worker) {
    const targets = Object.entries({ page, worker }).flatMap(([kind, target]) =>
      target === undefined ? [] : [{ kind, target }],
    );
    await Promise.all(targets.map(({ target }) => target.startProfile()));
    return {
      stop: async () => {
        for (const { kind, target } of targets) this.#save(kind, await target.stopProfile());
      },
    };
  }

  /**
   * @param {string} kind
   * @param {CpuProfile} profile
   */
  #save(kind, profile) {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, `${this.#name}.${kind}.cpuprofile`);
    writeFileSync(file, JSON.stringify(profile));
    console.log(`\n${this.#name}, ${kind}: ${file}`);
    for (const line of hottest(profile)) console.log(`  ${line}`);
  }
}

/**
 * Lists the functions by the time spent in themselves.
 *
 * @param {CpuProfile} profile
 * @returns {string[]}
 */
export function hottest({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  /** @type {Map<string, number>} */
  const times = new Map();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "?";
    times.set(name, (times.get(name) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  });
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, ROWS)
    .map(
      ([name, time]) =>
        `${((time / total) * 100).toFixed(1).padStart(5)} %  ${(time / 1000).toFixed(1).padStart(8)} ms  ${name}`,
    );
}

/** @param {CpuProfile["nodes"][number]["callFrame"]} frame */
function nameOf({ functionName, url, lineNumber }) {
  const file = url.split("/").at(-1) ?? "";
  return `${functionName || "(anonymous)"}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}
