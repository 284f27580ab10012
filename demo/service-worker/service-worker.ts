import { withSession } from "wamp-mux/service-worker";
import { precacheAndRoute } from "workbox-precaching";
import type { PrecacheEntry } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";

/** The event of Background Sync, which TypeScript does not know, since only Chromium has it. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare const self: ServiceWorkerGlobalScope & {
  addEventListener(type: "sync", listener: (event: SyncEvent) => void): void;
  /** The files of this build, with their revisions; the build puts them in. */
  readonly __WB_MANIFEST: (PrecacheEntry | string)[];
};

/** Milliseconds that a page waits for a server that does not answer. */
const PATIENCE = 3_000;

// Every file of the build, also the shared worker and the serializers and algorithms that it may never load: each is loaded by its URL when
// it is needed, which may be after the network has gone.
const files = self.__WB_MANIFEST;
precacheAndRoute(files);

// The settings are those of the server that runs now, so they are no part of the build.
const settings = new NetworkFirst({ cacheName: "settings", networkTimeoutSeconds: PATIENCE / 1_000 });
registerRoute(({ url, sameOrigin }) => sameOrigin && url.pathname.endsWith("/settings.json"), settings);

const { scope } = self.registration;

/** Reads the settings; the second promise resolves when they are stored. */
const readSettings = (event: ExtendableEvent) =>
  settings.handleAll({ event, request: new Request(new URL("settings.json", scope)) });

// The page that installs this worker has read them without it.
self.addEventListener("install", (event) => {
  const [, stored] = readSettings(event);
  event.waitUntil(stored);
});

/** Sends what the pages have left in the outbox, in the session of the shared worker of this build. */
async function sendOutbox(event: ExtendableEvent): Promise<void> {
  const response = await readSettings(event)[0];
  const { url, realm } = (await response.json()) as { readonly url: string; readonly realm: string };
  const paths = files.map((file) => (typeof file === "string" ? file : file.url));
  const worker = paths.find((path) => /(?:^|\/)worker-[^/]+\.js$/.test(path)) ?? "";
  const options = { url: new URL(url, scope).href, realm, workerUrl: new URL(worker, scope).href };
  await withSession(options, () => undefined);
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendOutbox(event));
});
