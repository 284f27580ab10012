import type { RouterMessage } from "../../protocol/messages.js";

/** Sees a message on its way out; true means that it took it, and will deliver it later or never. */
export type Interceptor = (
  message: RouterMessage,
  session: number | undefined,
  deliver: () => void,
) => boolean;

/** The faults that are on; read where each takes effect. */
export class FaultState {
  refusing = false;
  stalled = false;
  eventBeforePublished = false;
  retainedBeforeSubscribed = false;
  /** Reason of the ABORT that answers the next HELLO. */
  abortReason: string | undefined;
  /** In the order in which they were set. */
  readonly interceptors = new Set<Interceptor>();

  /** Whether an interceptor took the message. */
  takes(message: RouterMessage, session: number | undefined, deliver: () => void): boolean {
    for (const interceptor of this.interceptors) if (interceptor(message, session, deliver)) return true;
    return false;
  }
}
