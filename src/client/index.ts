// For `AsyncDisposable` in the types, which applications with an older `lib` do not know.
/// <reference lib="esnext.disposable" preserve="true" />
export { connect } from "./browser/connect.js";
export { result } from "./api/handler-result.js";

export type {
  AnonymousAuth,
  AuthOptions,
  ConnectOptions,
  LimitOptions,
  RetryOptions,
  TicketAuth,
} from "./api/connect-options.js";
export type { Session } from "./api/session.js";
export type { Subscription } from "./features/subscriptions.js";
export type { Registration } from "./features/registrations.js";
export type { EventHandler, WampEvent } from "./api/events.js";
export type { CallResult, ProgressiveResult } from "./api/call-result.js";
export type { InvocationContext, InvocationHandler } from "./api/invocation-context.js";
export type { HandlerResult } from "./api/handler-result.js";
export type {
  CallOptions,
  ExactOption,
  PatternOption,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  SubscribeOptions,
} from "./api/request-options.js";
export type {
  CloseReason,
  ClosedStatus,
  ConnectingStatus,
  OnlineStatus,
  SessionStatus,
  StatusBase,
  WaitingStatus,
} from "./api/status.js";
export type {
  ApiShape,
  ArgsAndOptions,
  ProcedureArgs,
  ProcedureKwargs,
  ProcedureResult,
  ProcedureUri,
  TopicArgs,
  TopicKwargs,
  TopicUri,
  UntypedApi,
} from "./api/api-types.js";

export type {
  CancelMode,
  InvocationPolicy,
  MatchPolicy,
  OfflinePolicy,
} from "../contract/request-options.js";
export type { HubInspection, Inspection, SessionInspection, TabInspection } from "../contract/port.js";
export type { StorageStatus } from "../contract/status.js";
export type { Dict } from "../protocol/dict.js";
export type { SerializerName } from "../protocol/payload.js";

export { WampMuxError, isWampMuxError } from "./errors/wamp-mux-error.js";
export type { WampMuxErrorName } from "./errors/wamp-mux-error.js";
export { WampError } from "./errors/wamp-error.js";
export type { WampErrorOptions } from "./errors/wamp-error.js";
export { InvalidArgumentError, PayloadDecodeError, SerializationError } from "./errors/argument-errors.js";
export {
  CanceledError,
  ConnectionLostError,
  OfflineError,
  OverflowError,
  SessionClosedError,
  TimeoutError,
  WorkerLostError,
} from "./errors/outcome-errors.js";
export type { SentField } from "./errors/outcome-errors.js";
export {
  FeatureNotSupportedError,
  JoinError,
  OptionConflictError,
  ProtocolError,
} from "./errors/session-errors.js";
export { ContractMismatchError, UnsupportedError, WorkerStartError } from "./errors/worker-errors.js";
export type { WorkerStartReason } from "./errors/worker-errors.js";
export * from "./errors/guards.js";
