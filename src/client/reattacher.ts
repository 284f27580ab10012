import type { HubHello, TabApi } from "../contract/port.js";
import type { TabRequest } from "../contract/requests.js";
import { attach } from "./attachment.js";
import type { Attachment, Hub } from "./attachment.js";
import { isWorkerStartError } from "./errors/guards.js";
import { WorkerLostError } from "./errors/outcome-errors.js";
import type { Page } from "./page.js";
import { Posts } from "./posts.js";
import type { Settings } from "./settings.js";

/** Whom the hub talks to, and who is told how the worker is. */
export interface Tab extends TabApi {
  /** A worker has taken this page in. */
  attached(hello: HubHello, workerUrl: string): void;
  /** The worker is lost; what is posted from now on goes to the next one. */
  workerLost(): void;
  /** No other worker could be started, for this reason. */
  gone(error: unknown): void;
}

/** Workers in a row that may fail before this page gives up. */
const MAX_FAILURES = 5;
/** Milliseconds that a worker must have served so that its death does not count as such a failure. */
const SERVED = 1_000;

/** Keeps this page attached to a worker: when it dies, to another one, at once. */
export class Reattacher {
  readonly #page: Page;
  readonly #settings: Settings;
  readonly #tab: Tab;
  readonly #posts: Posts;
  #attachment: Attachment | undefined;
  #attachedAt = 0;
  #failures = 0;
  #closed = false;

  constructor(page: Page, settings: Settings, tab: Tab) {
    this.#page = page;
    this.#settings = settings;
    this.#tab = tab;
    this.#posts = new Posts(page.defer, (error) => {
      // A hub that throws is no better than one that died.
      page.report(error);
      this.#workerLost();
    });
  }

  /** Attaches for the first time; what fails is not repeated. */
  async start(): Promise<void> {
    await this.#attach();
  }

  post(request: TabRequest): void {
    if (!this.#closed) this.#posts.push(request);
  }

  /** Asks the hub what is not one of the requests. */
  async ask<T>(question: (hub: Hub) => Promise<T>): Promise<T> {
    if (this.#attachment === undefined)
      throw new WorkerLostError("The worker died and the next one is still being started");
    return await this.#attachment.ask(question);
  }

  /** Posts what is collected and says goodbye to the hub, but waits no longer than `timeout` milliseconds for its answer. */
  async leave(timeout: number): Promise<void> {
    const attachment = this.#attachment;
    if (attachment !== undefined) {
      this.#posts.flush();
      await withinTime(
        this.#page,
        timeout,
        attachment.ask((hub) => hub.leave()),
      );
    }
    this.close();
  }

  /** Lets go of the worker for good. */
  close(): void {
    this.#closed = true;
    this.#detach();
  }

  async #attach(): Promise<void> {
    const life: { attachment?: Attachment; lost: boolean } = { lost: false };
    const isCurrent = (): boolean => life.attachment !== undefined && life.attachment === this.#attachment;
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Notices may come in the same message as the answer to the hello, which has to be read first.
    const gated: TabApi = {
      deliver: (batch) => opened.then(() => (isCurrent() ? this.#tab.deliver(batch) : undefined)),
      credential: () => opened.then(() => this.#tab.credential()),
    };
    const attachment = await attach(this.#page, this.#settings, gated, () => {
      life.lost = true;
      if (isCurrent()) this.#workerLost();
    });
    if (this.#closed) return attachment.close();
    life.attachment = attachment;
    this.#attachment = attachment;
    this.#attachedAt = this.#page.timer.now();
    this.#tab.attached(attachment.hello, attachment.workerUrl);
    this.#posts.open((batch) => attachment.post(batch));
    open();
    if (life.lost) this.#workerLost();
  }

  #workerLost(): void {
    const servedFor = this.#page.timer.now() - this.#attachedAt;
    this.#failures = servedFor < SERVED ? this.#failures + 1 : 0;
    this.#detach();
    this.#tab.workerLost();
    void this.#reattach();
  }

  #detach(): void {
    this.#posts.close();
    this.#attachment?.close();
    this.#attachment = undefined;
  }

  async #reattach(): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#failures < MAX_FAILURES) return await this.#attach();
        throw new WorkerLostError(`The worker died ${MAX_FAILURES} times shortly after it had been started`);
      } catch (error) {
        this.#failures += 1;
        // What the hub refuses now, it refuses again.
        if (!isWorkerStartError(error) || this.#failures >= MAX_FAILURES) {
          if (!this.#closed) this.#tab.gone(error);
          return;
        }
      }
    }
  }
}

async function withinTime(page: Page, timeout: number, waited: Promise<void>): Promise<void> {
  let stop: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    stop = page.timer.after(timeout, resolve);
  });
  // A worker that is lost meanwhile has let go too.
  await Promise.race([waited.catch(() => undefined), passed]);
  stop();
}
