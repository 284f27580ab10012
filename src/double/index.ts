// Declares `AsyncDisposable`, which the types use, for applications with an older `lib`.
/// <reference lib="esnext.disposable" preserve="true" />
export { createTestRouter } from "./create-test-router.js";
export type { TestConnect, TestRouter, TestRouterOptions, TestTab } from "./test-router.js";
