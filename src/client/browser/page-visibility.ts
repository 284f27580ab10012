/** Tells whether the user does not see this page; false outside of a page. */
export function isPageHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/**
 * Calls `listener` whenever this page may have been hidden or shown. Does not call it for a page that goes into the back/forward cache,
 * which it could not stay in after a message, until the page is back. Returns a function that stops it.
 */
export function onPageVisibility(listener: () => void): () => void {
  // A page that is left is hidden after `pagehide`, and one that comes back is shown before `pageshow` (HTML, "Page showing").
  const types = ["pagehide", "visibilitychange", "pageshow"];
  let isLeft = false;
  const look = ({ type }: Event): void => {
    if (type !== "visibilitychange") isLeft = type === "pagehide";
    if (!isLeft) listener();
  };
  for (const type of types) addEventListener(type, look);
  return () => {
    for (const type of types) removeEventListener(type, look);
  };
}
