// The list of all works that need a browser.
import {
  binaryBurst,
  kibibyteBurst,
  oneTabBatches,
  smallBurst,
  tenTabs,
  twentyFiveTabs,
  twentyFiveTabsBatches,
} from "./burst.mjs";
import { crossbarTabs } from "./crossbar.mjs";
import { flood } from "./flood.mjs";
import { idleMemory } from "./idle-memory.mjs";
import { pipelinedRpc } from "./pipelined-rpc.mjs";
import { catchUp, distantOutbox, halfOpen, outbox, restart } from "./recovery.mjs";
import { reconnect } from "./reconnect.mjs";
import { sequentialRpc } from "./sequential-rpc.mjs";
import { steady } from "./steady.mjs";
import { workerHeap } from "./worker-heap.mjs";

/** @type {readonly import("./work.mjs").Work<any>[]} */
export const works = [
  sequentialRpc,
  pipelinedRpc,
  smallBurst,
  kibibyteBurst,
  binaryBurst,
  tenTabs,
  twentyFiveTabs,
  oneTabBatches,
  twentyFiveTabsBatches,
  steady,
  crossbarTabs,
  flood,
  reconnect,
  restart,
  halfOpen,
  catchUp,
  outbox,
  distantOutbox,
  workerHeap,
  idleMemory,
];
