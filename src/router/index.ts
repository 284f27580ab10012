// For `AsyncDisposable` in the types, which applications with an older `lib` do not know.
/// <reference lib="esnext.disposable" preserve="true" />
export { startRouter } from "./start-router.js";
export type { DevRouter } from "./start-router.js";
export type { RouterAuth, RouterOptions } from "./options.js";
export type { FeatureName } from "./features.js";
export type { Counts } from "./counts.js";
export type { Faults, Hold, SentMessage, SentName, TakeBack } from "./faults.js";
