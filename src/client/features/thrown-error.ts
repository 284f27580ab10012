import type { Dict } from "../../protocol/dict.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import { cloned, dict, list, text } from "../errors/checks.js";
import type { WampError } from "../errors/wamp-error.js";

/** The ERROR with which a call is answered when its handler fails. */
export interface ErrorAnswer {
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs?: Dict;
  readonly details?: Dict;
}

const WHERE = "The handler's WampError:";

/**
 * Returns the answer for an error that a handler threw. The error may come from another copy of this package, or from JavaScript code
 * that put arbitrary values into it: a part that cannot be sent is omitted, and `report` is called with the reason.
 */
export function answerFromError(
  error: WampError,
  report: (error: InvalidArgumentError) => void,
): ErrorAnswer {
  const reported = (invalid: unknown): string => {
    if (!(invalid instanceof InvalidArgumentError)) throw invalid;
    report(invalid);
    return invalid.message;
  };
  let details: Dict = {};
  try {
    details = cloned(`${WHERE} details`, error.details);
  } catch (invalid) {
    reported(invalid);
  }
  let { uri } = error;
  try {
    uri = text(`${WHERE} uri`, uri);
  } catch (invalid) {
    return { uri: "wamp.error.invalid_uri", args: [reported(invalid)], details };
  }
  try {
    return {
      uri,
      args: list(`${WHERE} args`, error.args),
      kwargs: dict(`${WHERE} kwargs`, error.kwargs),
      details,
    };
  } catch (invalid) {
    return { uri, args: [reported(invalid)], details };
  }
}
