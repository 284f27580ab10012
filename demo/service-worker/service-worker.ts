import { precacheAndRoute } from "workbox-precaching";
import type { PrecacheEntry } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope & {
  /** The files of this build, with their revisions; the build puts them in. */
  readonly __WB_MANIFEST: (PrecacheEntry | string)[];
};

/** Milliseconds that a page waits for a server that does not answer. */
const PATIENCE = 3_000;

// Every file of the build, also the shared worker and the serializers and algorithms that it may never load: each is loaded by its URL when
// it is needed, which may be after the network has gone.
precacheAndRoute(self.__WB_MANIFEST);

// The settings are those of the server that runs now, so they are no part of the build.
const settings = new NetworkFirst({ cacheName: "settings", networkTimeoutSeconds: PATIENCE / 1_000 });
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.endsWith("/settings.json"), settings);

// The page that installs this worker has read them without it.
self.addEventListener("install", (event) => {
  const request = new Request(new URL("settings.json", self.registration.scope));
  const [, stored] = settings.handleAll({ event, request });
  event.waitUntil(stored);
});
