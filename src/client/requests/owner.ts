import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** The part of the application that a request, subscription or registration belongs to, and ends with. */
export interface Owner {
  /** False as soon as the owner starts to leave: its handlers get no further event. */
  readonly isOpen: boolean;
  /** Throws if the owner starts to leave, or has left. */
  throwIfLeft(): void;
  /** Warns this part of the application of an error that does not settle a request. */
  warn(error: WampMuxError): void;
}
