import { isWampMuxError } from "./wamp-mux-error.js";
import type { WampMuxError } from "./wamp-mux-error.js";

/**
 * Creates the guard of one error class. The guard compares names, because `instanceof` fails across realms and copies of the package, and
 * also requires the brand of this package, because a DOMException can be named `TimeoutError` as well.
 */
export function guard<E extends WampMuxError>(name: E["name"]): (error: unknown) => error is E {
  return (error): error is E => isWampMuxError(error) && error.name === name;
}
