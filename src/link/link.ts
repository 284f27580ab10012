import { expose, releaseProxy, wrap } from "comlink";
import type { Remote } from "comlink";
import { BatchingPort } from "./batching-endpoint.js";
import type { PortLike } from "./batching-endpoint.js";
import { nextTask } from "../web/next-task.js";
import { installErrorTransfer } from "./error-transfer.js";

/** One side of a port on which both sides can call each other. */
export interface Link<Other> {
  /** The other side's object. Each of its methods returns a promise, which stays pending forever if the other side dies. */
  readonly remote: Remote<Other>;
  /**
   * Sends all earlier calls and answers, and closes the port. From then on nothing is sent or received, and unanswered calls stay
   * pending: deadlines are the caller's responsibility.
   */
  close(): void;
}

// Keeps links alive: a comlink proxy that is garbage-collected during a call loses the answer.
const openLinks = new Set<object>();

/**
 * Exposes `local` to the other side and returns a proxy of the object that the other side exposes. `local` must be an object literal with
 * exactly the methods that the other side may call: comlink follows any property path.
 * @param later runs a task when the time that answers wait for a call is over
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
