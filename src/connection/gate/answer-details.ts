import type { Dict } from "../../protocol/dict.js";
import { isPlainData } from "../../contract/plain-data.js";

/**
 * Details of an ERROR that only routers write, and those that describe a payload which this package never sends. A handler has them
 * in its hands when it throws an error that it received itself, and Crossbar.io closes the socket over wrong ones.
 */
const ROUTERS_OWN = /^(callee|caller|publisher)(_authid|_authrole)?$|^forward_for$|^(enc|ppt)_/;

/** Returns the details that a handler may write, out of whatever it has put into its error. */
export function answerDetails(details: unknown): Dict {
  if (!isPlainData(details) || typeof details !== "object" || details === null || Array.isArray(details))
    return {};
  return Object.fromEntries(Object.entries(details).filter(([name]) => !ROUTERS_OWN.test(name)));
}
