import type { Subprotocol } from "../../codec/subprotocols.js";
import type { Connection, FrameSocket } from "./connection.js";
import type { FaultyRouter } from "./faulty-router.js";

const ABNORMAL = 1006;

/** The client's end of a socket in memory. */
export interface ClientEnd {
  /** Sends a frame, which arrives in a later task. */
  send(frame: string | Uint8Array): void;
  close(code: number): void;
  /** Ends the socket without a closing handshake: both ends see code 1006. */
  terminate(): void;
}

/** Receives what arrives at the client's end. */
export interface ClientEvents {
  received(frame: string | Uint8Array): void;
  /** Called once; no other call follows. */
  closed(code: number): void;
}

/**
 * Connects a client to a router by a socket in memory, whose handshake is complete.
 *
 * @param later runs a task later, in the order of the calls: the arrival of a frame, or of the end
 */
export function connectInMemory(
  router: FaultyRouter,
  subprotocol: Subprotocol,
  events: ClientEvents,
  later: (task: () => void) => void,
): ClientEnd {
  let open = true;
  const close = (code: number): void => {
    if (!open) return;
    open = false;
    later(() => {
      events.closed(code);
      connection.socketClosed();
    });
  };
  const terminate = (): void => {
    close(ABNORMAL);
  };
  const routerEnd: FrameSocket = {
    get open() {
      return open;
    },
    send: (frame, binary) => {
      const received = binary || typeof frame === "string" ? frame : new TextDecoder().decode(frame);
      later(() => {
        events.received(received);
      });
    },
    close,
    destroy: terminate,
    // A stalled connection keeps the frames that still arrive.
    pause: () => undefined,
    resume: () => undefined,
  };
  const connection: Connection = router.accept(routerEnd, subprotocol);
  return {
    send: (frame) => {
      later(() => {
        connection.arrived(frame);
      });
    },
    close,
    terminate,
  };
}
