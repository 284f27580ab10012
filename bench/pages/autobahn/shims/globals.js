// Autobahn|JS is written for Node: in a page these have to be there before it is loaded.
import { Buffer } from "buffer/";

Object.assign(globalThis, {
  Buffer,
  process: {
    env: {},
    /**
     * @param {(...args: unknown[]) => void} task
     * @param {unknown[]} args
     */
    nextTick: (task, ...args) => {
      queueMicrotask(() => {
        task(...args);
      });
    },
  },
});
