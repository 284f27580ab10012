import { isWampMuxError } from "./wamp-mux-error.js";
import type { WampMuxError } from "./wamp-mux-error.js";

/**
 * Makes the guard of one error class. It compares names, since `instanceof` fails across realms and copies of the package, and
 * requires the brand of this package as well, since a DOMException can be named `TimeoutError` too.
 */
export function guard<E extends WampMuxError>(name: E["name"]): (error: unknown) => error is E {
  return (error): error is E => isWampMuxError(error) && error.name === name;
}
