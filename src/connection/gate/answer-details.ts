import type { Dict } from "../../protocol/dict.js";
import { isKey, isPlainData, isPlainObject } from "../../contract/plain-data.js";
import type { SerializerName } from "../../protocol/payload.js";

/**
 * Details of an ERROR that only routers write, and those that describe a payload which this package never sends. A handler has them
 * in its hands when it throws an error that it received itself, and Crossbar.io closes the socket over wrong ones.
 */
const ROUTERS_OWN = /^(callee|caller|publisher)(_authid|_authrole)?$|^forward_for$|^(enc|ppt)_/;

/** Returns the details that a handler may write, out of whatever it has put into its error: without those that cannot be carried. */
export function answerDetails(details: unknown, serializer: SerializerName): Dict {
  if (typeof details !== "object" || details === null || !isPlainObject(details)) return {};
  const with64Bits = serializer !== "json";
  return Object.fromEntries(
    Object.entries(details).filter(
      ([name, value]) => isKey(name) && !ROUTERS_OWN.test(name) && isPlainData(value, with64Bits, 1),
    ),
  );
}
