import type { Payload } from "./payload.js";

/**
 * A message between codec and parser: its envelope is decoded, its payload is not. `fields[0]` is the message code. In message types
 * that carry a payload (PUBLISH, EVENT, CALL, RESULT, INVOCATION, YIELD, ERROR), the fields end before `args`; in all others, every
 * element is a field.
 */
export interface RawMessage {
  /**
   * A field that the serializer cannot read is `undefined`: a value that WAMP has no type for, one nested too deep, or a number that would
   * otherwise pass for an id. Only the parser knows whether that violates the protocol. In a dictionary, only the members that the
   * serializer cannot read are missing.
   */
  readonly fields: readonly unknown[];
  /** Defined exactly for the types that carry a payload; its `count` is 0 if the message has no arguments. */
  readonly payload: Payload | undefined;
}
