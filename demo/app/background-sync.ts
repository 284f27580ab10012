/** The tag by which the service worker knows that there is something in the outbox. */
const TAG = "outbox";

/** The part of a registration that TypeScript does not know, since only Chromium has it. */
interface WithSync {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** Asks the browser to wake the service worker when there is a network, where the browser has Background Sync. */
export async function sendInBackground(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  // Not `ready`, which never resolves if the service worker could not be installed.
  const registration = (await navigator.serviceWorker.getRegistration()) as WithSync | undefined;
  // The user may have forbidden it, or the service worker may not be active yet. The next visit sends the outbox, too.
  await registration?.sync?.register(TAG).catch(() => undefined);
}
