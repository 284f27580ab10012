import { OverflowError, TimeoutError } from "../errors/outcome-errors.js";

/** Returns the error for a deadline that passed, in the words of the hub. `sent` is also true if that is unknown. */
export function timedOut(timeout: number, sent: boolean): TimeoutError {
  const event = sent ? "No answer arrived" : "The request could not be sent";
  return new TimeoutError(`${event} within ${timeout} ms`, { timeout, sent });
}

/** Returns the error for a request beyond the limit, in the words of the hub. */
export function tooMany(value: number, maximum: number): OverflowError {
  return new OverflowError(`maxRequests: ${value} is more than ${maximum}`, {
    limit: "maxRequests",
    value,
    maximum,
  });
}
