import { MessageCode } from "./codes.js";

/**
 * Returns the number of envelope fields, including the code, that precede `Arguments` in a message of this type; `undefined` for a type
 * that carries no payload and for an unknown code.
 */
export function payloadPosition(code: unknown): number | undefined {
  switch (code) {
    case MessageCode.ERROR:
      return 5;
    case MessageCode.PUBLISH:
    case MessageCode.EVENT:
    case MessageCode.CALL:
    case MessageCode.INVOCATION:
      return 4;
    case MessageCode.RESULT:
    case MessageCode.YIELD:
      return 3;
    default:
      return undefined;
  }
}
