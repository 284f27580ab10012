import type { Payload } from "./payload.js";

/**
 * A message between codec and parser: the envelope's fields decoded, the payload not.
 * `fields[0]` is the message code. Of the types that carry a payload (PUBLISH, EVENT, CALL, RESULT, INVOCATION, YIELD,
 * ERROR) the fields end before `args`; of all others every element is a field.
 */
export interface RawMessage {
  readonly fields: readonly unknown[];
  /** Present exactly for the types that carry a payload, with `count` 0 when the message has no arguments. */
  readonly payload: Payload | undefined;
}
