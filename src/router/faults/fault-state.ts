import type { ClientMessage, RouterMessage } from "../../protocol/messages.js";
import type { Behaviour } from "../core/behaviour.js";

/** Inspects an outgoing message; returns true if it takes over the message, to deliver it later or never. */
export type Interceptor = (
  message: RouterMessage,
  session: number | undefined,
  deliver: () => void,
) => boolean;

/** The active faults; each is read where it takes effect. */
export class FaultState implements Behaviour {
  refusing = false;
  stalled = false;
  /** True while handshakes get no batched subprotocol. */
  plainOnly = false;
  /** Maximum number of messages in the outgoing queue of a session. */
  queueLimit = Infinity;
  /** Maximum number of bytes in a message from a client. */
  messageSizeLimit = Infinity;
  eventBeforePublished = false;
  retainedBeforeSubscribed = false;
  expelling = false;
  abortReason: string | undefined;
  /** Tests of the messages from clients; the connection is destroyed over one that passes. */
  readonly deadly = new Set<(message: ClientMessage) => boolean>();
  /** Interceptors in the order in which they were set. */
  readonly interceptors = new Set<Interceptor>();

  /** Tells whether the connection is to be destroyed over a message. */
  dropsOn(message: ClientMessage): boolean {
    for (const isDeadly of this.deadly) if (isDeadly(message)) return true;
    return false;
  }

  /** Returns true if an interceptor takes over the message. */
  takes(message: RouterMessage, session: number | undefined, deliver: () => void): boolean {
    for (const interceptor of this.interceptors) if (interceptor(message, session, deliver)) return true;
    return false;
  }
}
