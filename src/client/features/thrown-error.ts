import type { Dict } from "../../protocol/dict.js";
import { dict, list, text } from "../requests/checks.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import type { WampError } from "../errors/wamp-error.js";
import { cloned } from "../requests/common-options.js";

/** What a call is answered with when it fails. */
export interface ErrorAnswer {
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs?: Dict;
  readonly details?: Dict;
}

const WHERE = "The handler's WampError:";

/**
 * The answer that a handler's error stands for. What made it may be another copy of this package, or JavaScript that put
 * anything into it: what cannot be sent is left out, and `warn` is told.
 */
export function answerOf(error: WampError, warn: (error: InvalidArgumentError) => void): ErrorAnswer {
  const warned = (invalid: unknown): string => {
    if (!(invalid instanceof InvalidArgumentError)) throw invalid;
    warn(invalid);
    return invalid.message;
  };
  let details: Dict = {};
  try {
    details = cloned(`${WHERE} details`, error.details);
  } catch (invalid) {
    warned(invalid);
  }
  let { uri } = error;
  try {
    uri = text(`${WHERE} uri`, uri);
  } catch (invalid) {
    return { uri: "wamp.error.invalid_uri", args: [warned(invalid)], details };
  }
  try {
    return {
      uri,
      args: list(`${WHERE} args`, error.args),
      kwargs: dict(`${WHERE} kwargs`, error.kwargs),
      details,
    };
  } catch (invalid) {
    return { uri, args: [warned(invalid)], details };
  }
}
