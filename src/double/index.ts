// Declares `AsyncDisposable`, which the types use, for applications with an older `lib`.
/// <reference lib="esnext.disposable" preserve="true" />
export { connect, createTestRouter } from "./create-test-router.js";
export type { TestConnect, TestRouter, TestRouterOptions, TestTab } from "./test-router.js";

// Everything else that the package exports, so that a test may replace the package by this module.
export { result } from "../client/api/handler-result.js";
export * from "../client/errors/index.js";
