/** Calls `listener` whenever this page comes back from the browser's back/forward cache. Returns a function that stops it. */
export function onPageReturn(listener: () => void): () => void {
  const look = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) listener();
  };
  addEventListener("pageshow", look);
  return () => removeEventListener("pageshow", look);
}
