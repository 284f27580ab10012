// Read when the module is loaded: fake timers, which a test installs later, must not hold an error up.
const { setTimeout } = globalThis;

/** Reports an error as the platform reports an uncaught one. */
export function reportUncaught(error: unknown): void {
  if (typeof globalThis.reportError === "function") return globalThis.reportError(error);
  setTimeout(() => {
    throw error;
  }, 0);
}
