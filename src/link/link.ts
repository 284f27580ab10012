import { expose, releaseProxy, wrap } from "comlink";
import type { Remote } from "comlink";
import { BatchingPort } from "./batching-endpoint.js";
import type { PortLike } from "./batching-endpoint.js";
import { nextTask } from "../web/next-task.js";
import { installErrorTransfer } from "./error-transfer.js";

/** One side of a port on which both sides can call each other. */
export interface Link<Other> {
  /** The other side's object; every method of it returns a promise, which stays pending for ever when the other side dies. */
  readonly remote: Remote<Other>;
  /**
   * Sends what was called or answered before, then closes the port. Afterwards nothing is sent or received, and calls that
   * were not answered stay pending: their deadlines are the caller's.
   */
  close(): void;
}

// Nobody else has to hold a link: a proxy of comlink that is garbage-collected during a call loses the answer.
const openLinks = new Set<object>();

/**
 * Exposes `local` to the other side and gives a proxy of what the other side exposes. `local` must be an object literal
 * with nothing but what the other side may call: comlink walks any path of properties. Answers that no call has taken along go
 * when `later` runs its argument.
 */
export function openLink<Local extends object, Other>(
  port: PortLike,
  local: Local,
  later: (task: () => void) => void = nextTask,
): Link<Other> {
  installErrorTransfer();
  const batching = new BatchingPort(port, later);
  const remote = wrap<Other>(batching.caller);
  expose(local, batching.callee);
  batching.start();
  const link: Link<Other> = {
    remote,
    close: () => {
      if (!openLinks.delete(link)) return;
      batching.close();
      remote[releaseProxy]();
    },
  };
  openLinks.add(link);
  return link;
}
