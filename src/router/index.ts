// Declares `AsyncDisposable`, which the types use, for applications with an older `lib`.
/// <reference lib="esnext.disposable" preserve="true" />
export { startRouter } from "./server/start-router.js";
export type { DevRouter } from "./server/start-router.js";
export type { CoreOptions, EventHistoryOptions } from "./core/core-options.js";
export type { Argon2Password, RouterAuth, SaltedSecret } from "./core/auth-options.js";
export type { CustomAnswer, CustomIdentity, CustomMethod } from "./core/custom-authenticator.js";
export type { RouterOptions } from "./server/options.js";
export type { OwnSerializerName } from "../protocol/payload.js";
export type { NamedSerializer, SerializerModule } from "../protocol/serializer-module.js";
export type { FeatureName } from "./core/features.js";
export type { Counts } from "./faults/counts.js";
export type { DeadlyName, Faults, Hold, SentMessage, SentName, TakeBack } from "./faults/faults.js";
