import { expose, releaseProxy, wrap } from "comlink";
import type { Remote } from "comlink";
import { installErrorTransfer } from "./error-transfer.js";
import { streamPort } from "./stream-port.js";
import type { PortLike, Stream } from "./stream-port.js";

/** One side of a port on which both sides can call each other. */
export interface Link<Other> {
  /** The other side's object. Each of its methods returns a promise, which stays pending forever if the other side dies. */
  readonly remote: Remote<Other>;
  /**
   * Closes the port after all earlier calls and answers. From then on nothing is sent or received, and unanswered calls stay pending:
   * deadlines are the caller's responsibility.
   */
  close(): void;
}

// Keeps links alive: a comlink proxy that is garbage-collected during a call loses the answer.
const openLinks = new Set<object>();

/**
 * Exposes `local` to the other side and returns a proxy of the object that the other side exposes. `local` must be an object literal with
 * exactly the methods that the other side may call: comlink follows any property path. Calls of the methods of `stream` cross the port
 * as frames.
 */
export function openLink<Local extends object, Other>(
  port: PortLike,
  local: Local,
  stream: Stream,
): Link<Other> {
  installErrorTransfer();
  const { caller, callee, close } = streamPort(port, stream);
  const remote = wrap<Other>(caller);
  expose(local, callee);
  // Not before both endpoints are in use: earlier messages would have no listener.
  port.start();
  const link: Link<Other> = {
    remote,
    close: () => {
      if (!openLinks.delete(link)) return;
      close();
      remote[releaseProxy]();
    },
  };
  openLinks.add(link);
  return link;
}
