/** Tells whether the user does not see this page; false outside of a page. */
export function isPageHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/**
 * Calls `listener` whenever this page may have been hidden or shown, with true if it comes back from the browser's back/forward cache. Does
 * not call it for a page that goes into that cache, which it could not stay in after a message, until the page is back. Aborting
 * `signal` stops it.
 */
export function onPageVisibility(listener: (isBack: boolean) => void, signal: AbortSignal): void {
  // A page that is left is hidden after `pagehide`, and one that comes back is shown before `pageshow` (HTML, "Page showing").
  let isLeft = false;
  const look = (event: Event): void => {
    const { type } = event;
    if (type !== "visibilitychange") isLeft = type === "pagehide";
    if (!isLeft) listener("persisted" in event && event.persisted === true);
  };
  for (const type of ["pagehide", "visibilitychange", "pageshow"]) addEventListener(type, look, { signal });
}
