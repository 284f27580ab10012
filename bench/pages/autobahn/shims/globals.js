// Autobahn|JS is written for Node: a page has to define these globals before it loads the library.
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
