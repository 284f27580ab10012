import { MAX_ID } from "../../protocol/ids.js";
import type { Environment } from "../core/environment.js";

/** Longest delay that a Node timer accepts; with a longer one it would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Node's timers and random numbers. */
export const nodeEnvironment: Environment = {
  after(milliseconds, task) {
    if (milliseconds > LONGEST_TIMER) return () => undefined;
    const timer = setTimeout(task, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
  randomId: () => Math.floor(Math.random() * MAX_ID) + 1,
  random: () => Math.random(),
};
