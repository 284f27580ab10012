import { isSessionClosedError } from "../errors/outcome-errors.js";
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

/** Tells whether an error that a handler throws only says that its owner leaves: requests are refused from then on. */
export function isFarewell(error: unknown, owner: Owner): boolean {
  return !owner.isOpen && isSessionClosedError(error);
}
