/** Tells whether the browser says that it has no network; false outside of a page. */
export function isPageOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}

/** Calls `listener` whenever the browser says that it has a network again, or none any more. Aborting `signal` stops it. */
export function onPageNetwork(listener: () => void, signal: AbortSignal): void {
  for (const type of ["online", "offline"]) addEventListener(type, listener, { signal });
}
