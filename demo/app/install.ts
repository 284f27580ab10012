import { byId, say } from "../page/dom.js";

const STORED = "Stored in this browser: the page also opens without a network.";
const WAITING = "A newer version is stored. It starts when all tabs of this page have been closed.";

/**
 * Registers the service worker, which stores the page for the time without a network. A newer version waits until no tab uses the present
 * one: two versions never run side by side, and the tabs go on sharing one worker.
 */
export async function installApp(): Promise<void> {
  // Missing in private windows of some browsers, and on http: except on localhost.
  if (!("serviceWorker" in navigator)) return;
  const note = byId("app-note", HTMLElement);
  const registration = await navigator.serviceWorker.register("./service-worker.js", {
    // The browser compares the script with the server's, not with its own HTTP cache.
    updateViaCache: "none",
  });
  const show = (): void => {
    if (registration.waiting !== null) say(note, WAITING);
    else if (registration.active !== null) say(note, STORED);
  };
  const follow = (worker: ServiceWorker | null): void => worker?.addEventListener("statechange", show);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  show();
}
