import type { CDPSession, Page } from "@playwright/test";
import { expect } from "@playwright/test";

/** The service worker of a page's origin, whose sync events a test dispatches, as the browser does when the network is back. */
export class SyncEvents {
  private constructor(
    readonly devtools: CDPSession,
    readonly origin: string,
    readonly registrationId: string,
  ) {}

  /** Registers the service worker in a page of its origin; the events need no page of it. */
  static async register(
    page: Page,
    script: string,
    options: RegistrationOptions = { type: "module" },
  ): Promise<SyncEvents> {
    const blank = await page.context().newPage();
    const devtools = await page.context().newCDPSession(blank);
    const registrations: { scopeURL: string; registrationId: string }[] = [];
    devtools.on("ServiceWorker.workerRegistrationUpdated", (update) => {
      registrations.push(...update.registrations);
    });
    await devtools.send("ServiceWorker.enable");
    const scope = await page.evaluate(
      async ([script, options]) => {
        await navigator.serviceWorker.register(script, options);
        return (await navigator.serviceWorker.getRegistration(script))?.scope;
      },
      [script, options] as const,
    );
    // Active, whether or not it controls a page.
    await expect
      .poll(() =>
        page.evaluate(
          async (script) => (await navigator.serviceWorker.getRegistration(script))?.active?.state,
          script,
        ),
      )
      .toBe("activated");
    const find = () => registrations.find(({ scopeURL }) => scopeURL === scope);
    await expect.poll(find).toBeDefined();
    return new SyncEvents(devtools, new URL(script).origin, find()?.registrationId ?? "");
  }

  async dispatch(tag: string): Promise<void> {
    const { origin, registrationId } = this;
    await this.devtools.send("ServiceWorker.dispatchSyncEvent", {
      origin,
      registrationId,
      tag,
      lastChance: false,
    });
  }

  /** Ends the shared workers, which Chromium may let live on for a while after the last page, and which have the session until then. */
  async endSharedWorkers(): Promise<void> {
    const find = async () => {
      const { targetInfos } = await this.devtools.send("Target.getTargets");
      return targetInfos.filter(({ type }) => type === "shared_worker");
    };
    for (const { targetId } of await find()) await this.devtools.send("Target.closeTarget", { targetId });
    await expect.poll(find).toEqual([]);
  }
}
