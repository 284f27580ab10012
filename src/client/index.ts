// Declares `AsyncDisposable`, which the types use, for applications with an older `lib`.
/// <reference lib="esnext.disposable" preserve="true" />
export { connect } from "./browser/connect.js";
export { result } from "./api/handler-result.js";

export type {
  AuthBase,
  AuthOptions,
  ChallengeRequest,
  CryptosignAuth,
  OpenAuth,
  PasswordAuth,
  Secret,
  SecretRequest,
  SignedAuth,
  SignedChallenge,
  TicketAuth,
} from "./api/auth-options.js";
export type {
  ConnectOptions,
  CustomSerializer,
  LimitOptions,
  OutboxOptions,
  RetryOptions,
  TrustedScriptUrl,
} from "./api/connect-options.js";
export type {
  Passthru,
  PassthruMessage,
  PassthruOptions,
  PayloadArguments,
  PayloadContent,
  SealedPayload,
} from "./api/passthru.js";
export type { Session } from "./api/session.js";
export type { LogoutOptions, SessionLogin } from "./api/session-login.js";
export type { SessionRequests } from "./api/session-requests.js";
export type { Outbox, OutboxEntry } from "./api/outbox.js";
export type { Subscription } from "./api/subscription.js";
export type { Registration } from "./api/registration.js";
export type { EncodedPayload, LazyOption } from "./api/encoded-payload.js";
export type {
  LazyEventHandler,
  LazyInvocationContext,
  LazyInvocationHandler,
  LazyWampEvent,
} from "./api/lazy.js";
export type { EventHandler, WampEvent } from "./api/events.js";
export type { Gap } from "./api/gap.js";
export type { GapReason } from "../contract/gap.js";
export type { CallResult, ProgressiveResult } from "./api/call-result.js";
export type { InvocationContext, InvocationHandler } from "./api/invocation-context.js";
export type { HandlerResult } from "./api/handler-result.js";
export type {
  CallOptions,
  CallResultOptions,
  DurableOptions,
  ExactOption,
  PatternOption,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  SubscribeOptions,
} from "./api/request-options.js";
export type {
  AuthenticatingStatus,
  CloseReason,
  ClosedReason,
  ClosedStatus,
  ConnectingStatus,
  LeftReason,
  LoggedOutReason,
  OnlineStatus,
  SessionStatus,
  StatusBase,
  WaitingStatus,
  OfflineStatus,
} from "./api/status.js";
export type { Annotatable } from "./api/annotatable.js";
export type {
  ApiShape,
  ArgsAndOptions,
  ProcedureArgs,
  ProcedureKwargs,
  ProcedureResult,
  ProcedureUri,
  Sendable,
  TopicArgs,
  TopicKwargs,
  TopicUri,
  UnknownApi,
  UntypedApi,
} from "./api/api-types.js";
export type {
  MetaApi,
  MetaEvent,
  MetaHistoryKwargs,
  MetaIds,
  MetaKillKwargs,
  MetaProcedure,
  MetaProcedures,
  MetaRegistration,
  MetaScopeKwargs,
  MetaSession,
  MetaSubscription,
  MetaTestamentKwargs,
  MetaTopic,
  MetaTopics,
} from "./api/meta-api.js";

export type {
  CancelMode,
  InvocationPolicy,
  MatchPolicy,
  OfflinePolicy,
} from "../contract/request-options.js";
export type { OutboxState } from "../contract/outbox.js";
export type {
  HubInspection,
  Inspection,
  SessionInspection,
  TabInspection,
  WireRegistrationInspection,
  WireSubscriptionInspection,
} from "../contract/port.js";
export type { KeyErrorReason } from "../contract/errors.js";
export type { StorageStatus } from "../contract/status.js";
export type { Dict } from "../protocol/dict.js";
export type { OwnSerializerName, SerializerName } from "../protocol/payload.js";
export type { SerializerModule } from "../protocol/serializer-module.js";

export * from "./errors/index.js";
