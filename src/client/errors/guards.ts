import type { InvalidArgumentError, PayloadDecodeError, SerializationError } from "./argument-errors.js";
import type {
  CanceledError,
  ConnectionLostError,
  OfflineError,
  OverflowError,
  SessionClosedError,
  TimeoutError,
  WorkerLostError,
} from "./outcome-errors.js";
import type {
  FeatureNotSupportedError,
  JoinError,
  OptionConflictError,
  ProtocolError,
} from "./session-errors.js";
import type { WampError } from "./wamp-error.js";
import { isWampMuxError } from "./wamp-mux-error.js";
import type { WampMuxError } from "./wamp-mux-error.js";
import type { ContractMismatchError, UnsupportedError, WorkerStartError } from "./worker-errors.js";

// By name and not by `instanceof`: realms and copies of the package have classes of their own. By the brand too, since a
// DOMException is also called TimeoutError.
function guard<E extends WampMuxError>(name: E["name"]): (error: unknown) => error is E {
  return (error): error is E => isWampMuxError(error) && error.name === name;
}

/** Whether `error` is a {@link WampError}. */
export const isWampError = guard<WampError>("WampError");
/** Whether `error` is a {@link ConnectionLostError}. */
export const isConnectionLostError = guard<ConnectionLostError>("ConnectionLostError");
/** Whether `error` is a {@link TimeoutError}. */
export const isTimeoutError = guard<TimeoutError>("TimeoutError");
/** Whether `error` is a {@link CanceledError}. */
export const isCanceledError = guard<CanceledError>("CanceledError");
/** Whether `error` is a {@link OfflineError}. */
export const isOfflineError = guard<OfflineError>("OfflineError");
/** Whether `error` is a {@link SessionClosedError}. */
export const isSessionClosedError = guard<SessionClosedError>("SessionClosedError");
/** Whether `error` is a {@link JoinError}. */
export const isJoinError = guard<JoinError>("JoinError");
/** Whether `error` is a {@link InvalidArgumentError}. */
export const isInvalidArgumentError = guard<InvalidArgumentError>("InvalidArgumentError");
/** Whether `error` is a {@link FeatureNotSupportedError}. */
export const isFeatureNotSupportedError = guard<FeatureNotSupportedError>("FeatureNotSupportedError");
/** Whether `error` is a {@link OptionConflictError}. */
export const isOptionConflictError = guard<OptionConflictError>("OptionConflictError");
/** Whether `error` is a {@link OverflowError}. */
export const isOverflowError = guard<OverflowError>("OverflowError");
/** Whether `error` is a {@link ProtocolError}. */
export const isProtocolError = guard<ProtocolError>("ProtocolError");
/** Whether `error` is a {@link ContractMismatchError}. */
export const isContractMismatchError = guard<ContractMismatchError>("ContractMismatchError");
/** Whether `error` is a {@link WorkerLostError}. */
export const isWorkerLostError = guard<WorkerLostError>("WorkerLostError");
/** Whether `error` is a {@link WorkerStartError}. */
export const isWorkerStartError = guard<WorkerStartError>("WorkerStartError");
/** Whether `error` is a {@link SerializationError}. */
export const isSerializationError = guard<SerializationError>("SerializationError");
/** Whether `error` is a {@link PayloadDecodeError}. */
export const isPayloadDecodeError = guard<PayloadDecodeError>("PayloadDecodeError");
/** Whether `error` is a {@link UnsupportedError}. */
export const isUnsupportedError = guard<UnsupportedError>("UnsupportedError");
