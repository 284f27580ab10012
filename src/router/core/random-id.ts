import { MAX_ID } from "../../protocol/ids.js";

/** An id of global scope: random over 1 … 2^53 (WAMP, "IDs"). */
export function randomId(): number {
  return Math.floor(Math.random() * MAX_ID) + 1;
}
