import type { RequestId } from "../../contract/ids.js";
import { isDurable } from "../../contract/outbox.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isTimeoutError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { timedOut } from "./request-errors.js";
import type { RequestSpec } from "./request-spec.js";

/** One request from the call to its settlement, which happens exactly once. */
export interface Pending<T = unknown> {
  readonly id: RequestId;
  readonly spec: RequestSpec<T>;
  /**
   * Settles the request with a function that returns or throws the outcome. The error is created when that function is called and not
   * before, so that its stack leads to the application, at no cost to requests that succeed.
   */
  settle(outcome: () => T): void;
  /** The deadline of the application in milliseconds; 0 means none. */
  readonly timeout: number;
  /** The time at which that passes. */
  readonly due: number;
  stopTimer: () => void;
  unfollowSignal: () => void;
  /** The timeout in the message, once that is posted. */
  posted: number | undefined;
  /** True if a lost hub may have stored it, so that the next one must be told of its end. */
  mayBeStored: boolean;
  isGivenUp: boolean;
  isCanceled: boolean;
}

/** Creates a request that has not been posted. */
export function createPending<T>(
  begun: Pick<Pending<T>, "id" | "spec" | "settle" | "timeout" | "due">,
): Pending<T> {
  return {
    ...begun,
    stopTimer: nothing,
    unfollowSignal: nothing,
    posted: undefined,
    mayBeStored: false,
    isGivenUp: false,
    isCanceled: false,
  };
}

const nothing = (): void => undefined;

/** Returns the error with the application's deadline instead of the part of it that was left for the hub. */
export function withWholeTimeout({ timeout, posted = timeout }: Pending, error: WampMuxError): WampMuxError {
  const isOurs = isTimeoutError(error) && error.timeout === posted && posted < timeout;
  return isOurs ? timedOut(timeout, error.sent) : error;
}

/** Returns the message that cancels a durable request of a lost hub. It has the request's number, which this hub does not know. */
export function withdrawal({ id: request, spec: { message } }: Pending): AnsweredRequest {
  const key = "offline" in message && isDurable(message.offline) ? message.offline.key : "";
  return { kind: "outbox-entry", request, action: "cancel", key };
}

/** Tells whether a request is in the outbox, or about to be. */
export function isLasting({ message }: RequestSpec<unknown>): boolean {
  return "offline" in message && isDurable(message.offline);
}
