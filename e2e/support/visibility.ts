import type { Tab } from "./tab.js";

/** Hides a tab. Playwright makes all pages visible, so the page is told otherwise, in the way in which it would learn of it. */
export function hide(tab: Tab): Promise<void> {
  return setVisibility(tab, "hidden");
}

/** Shows a tab that is hidden. */
export function show(tab: Tab): Promise<void> {
  return setVisibility(tab, "visible");
}

/** Resolves when the hub, if the tab is attached to one, has been told. */
async function setVisibility(tab: Tab, state: DocumentVisibilityState): Promise<void> {
  await tab.page.evaluate(async (state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
    Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    // A call behind the one that tells it.
    if (window.session?.status.state === "online") await window.session.inspect();
  }, state);
}
