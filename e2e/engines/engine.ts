import type { Browser, Page, PlaywrightWorkerOptions, WorkerFixture } from "@playwright/test";

/** The part of Playwright's page that the tests use on every engine. */
export interface TabPage extends Pick<Page, "evaluate" | "isClosed" | "close"> {
  addInitScript(script: (arg: string) => void, arg?: string): Promise<unknown>;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  goBack(options: { readonly waitUntil: "commit" }): Promise<unknown>;
}

/** Pages that share their storage and their workers, and nothing with other contexts. */
export interface TabContext {
  newPage(): Promise<TabPage>;
  close(): Promise<void>;
}

export interface TabBrowser {
  newContext(options?: { readonly ignoreHTTPSErrors?: boolean }): Promise<TabContext>;
}

/** A browser engine, as the tests need it. */
export interface Engine {
  /** Options for Playwright's own browser; undefined where Playwright cannot drive the engine. */
  readonly playwright: Partial<PlaywrightWorkerOptions> | undefined;
  /** The fixture that opens the browser of the tabs. */
  readonly browser: WorkerFixture<TabBrowser, { browser: Browser }>;
  /** The script that every page must load first. */
  readonly pageScript: string;
  /** Options with which Playwright leaves the back/forward cache on. */
  readonly withPageCache: Partial<PlaywrightWorkerOptions>;
  /** True if that cache takes pages that hold Web Locks. */
  readonly cachesPages: boolean;
  /** Kills the process of a page; resolves when it is dead. */
  crash(page: TabPage): Promise<void>;
}
