// Saves the measurements in a file after every repetition, since a run takes long and may be interrupted.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { root } from "./install.mjs";
import { machine } from "./machine.mjs";
import { judge } from "./verdicts.mjs";

/** @typedef {import("./verdicts.mjs").Repetition} Repetition */

function commit() {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

export class Results {
  /** @type {Record<string, Repetition[]>} */
  #works = {};
  #about;
  #file;
  #gates;

  /**
   * @param {string} file
   * @param {readonly import("./gates.mjs").Gate[]} gates
   * @param {object} about the subject and the conditions of the measurement
   */
  constructor(file, gates, about) {
    this.#file = file;
    this.#gates = gates;
    this.#about = { started: new Date().toISOString(), commit: commit(), machine: machine(), ...about };
    mkdirSync(dirname(file), { recursive: true });
  }

  /**
   * @param {string} work
   * @param {Repetition} repetition
   */
  add(work, repetition) {
    (this.#works[work] ??= []).push(repetition);
    this.#save();
  }

  verdicts() {
    return this.#gates
      .filter(({ work }) => work in this.#works)
      .map((gate) => judge(gate, this.#works[gate.work] ?? []));
  }

  /** Adds up the CPU seconds of all repetitions: those of the benchmark, and those that others took. */
  disturbance() {
    const costs = Object.values(this.#works).flatMap((repetitions) =>
      repetitions.flatMap(({ measurements }) =>
        Object.values(measurements).flatMap(({ cost }) => (cost === undefined ? [] : [cost])),
      ),
    );
    const sum = (/** @type {(cost: import("./lab.mjs").Cost) => number} */ of) =>
      costs.reduce((total, cost) => total + of(cost), 0);
    return {
      steal: sum(({ steal }) => steal),
      foreign: sum(({ foreign }) => foreign),
      own: sum(
        ({ browser, router }) => router + Object.values(browser).reduce((all, seconds) => all + seconds, 0),
      ),
    };
  }

  #save() {
    const content = { ...this.#about, works: this.#works, verdicts: this.verdicts() };
    writeFileSync(this.#file, `${JSON.stringify(content, null, 2)}\n`);
  }
}
