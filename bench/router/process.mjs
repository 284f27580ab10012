// Starts main.mjs in a process of its own and calls it.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cpuSeconds } from "../machine.mjs";

/** @typedef {import("./main.mjs").Commands} Commands */

export class RouterProcess {
  #child = fork(fileURLToPath(new URL("main.mjs", import.meta.url)));
  #last = 0;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  constructor() {
    this.#child.on("message", (/** @type {{ id: number, result: unknown, error?: string }} */ answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer.result);
      else waiting?.reject(new Error(`router process: ${answer.error}`));
    });
    this.#child.on("exit", (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the router process ended (${code})`));
      this.#waiting.clear();
    });
  }

  /** CPU seconds so far. */
  get cpu() {
    return this.#child.pid === undefined ? 0 : cpuSeconds([this.#child.pid]);
  }

  /**
   * @template {keyof Commands} Name
   * @param {Name} name
   * @param {Parameters<Commands[Name]>[0]} [options]
   * @returns {Promise<Awaited<ReturnType<Commands[Name]>>>}
   */
  call(name, options) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, name, options });
    });
  }

  async stop() {
    await this.call("stop").catch(() => this.#child.kill("SIGKILL"));
  }
}
