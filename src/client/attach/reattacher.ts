import type { HubHello, TabApi } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import { attach } from "./attachment.js";
import type { Attachment, Hub } from "./attachment.js";
import { backoff } from "../../contract/backoff.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { isWorkerStartError } from "../errors/worker-errors.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import type { Page } from "./page.js";
import { RequestSender } from "../requests/request-sender.js";
import type { Settings } from "../session/settings.js";
import { withinTime } from "./within-time.js";

/** Whom the hub talks to, and who is told how the worker is. */
export interface HubListener extends TabApi {
  /** A worker has taken this page in. */
  attached(hello: HubHello, workerUrl: string): void;
  /** The worker is lost; what is posted from now on goes to the next one. */
  workerLost(): void;
  /** No other worker could be started, for this reason. */
  gone(error: unknown): void;
}

/** Workers in a row that may die shortly after they were started before this page gives up. */
const MAX_FAILURES = 5;
/** Milliseconds that a worker must have served so that its death does not count as such a failure. */
const SERVED = 1_000;
/** What may be over soon: a server that is restarted, a network that is away for a moment. */
const PASSING: readonly WorkerStartReason[] = ["network", "not-found", "timeout"];

/** Keeps this page attached to a worker: when it dies, to another one, at once or as soon as one can be started. */
export class Reattacher {
  readonly #page: Page;
  readonly #settings: Settings;
  readonly #coder: PayloadCoder;
  readonly #tab: HubListener;
  readonly #posts: RequestSender;
  #attachment: Attachment | undefined;
  #attachedAt = 0;
  #failures = 0;
  /** Aborted when no worker is wanted any more. */
  readonly #closing = new AbortController();
  #endPause: () => void = () => undefined;

  constructor(page: Page, settings: Settings, coder: PayloadCoder, tab: HubListener) {
    this.#page = page;
    this.#settings = settings;
    this.#coder = coder;
    this.#tab = tab;
    this.#posts = new RequestSender((error) => {
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
    // After what the application asked for before, as far as the hub takes more.
    this.#posts.send();
    return await this.#attachment.ask(question);
  }

  /** Posts what is collected and says goodbye to the hub, but waits no longer than `timeout` milliseconds for its answer. */
  async leave(timeout: number): Promise<void> {
    if (this.#attachment !== undefined) {
      this.#posts.flush();
      await this.#sayGoodbye(this.#attachment, timeout);
    }
    this.close();
  }

  /** Lets go of the worker for good. */
  close(): void {
    this.#closing.abort();
    this.#endPause();
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
    const lost = (): void => {
      life.lost = true;
      if (isCurrent()) this.#workerLost();
    };
    const attachment = await attach(
      this.#page,
      this.#settings,
      this.#coder,
      gated,
      lost,
      this.#closing.signal,
    );
    if (this.#closed) {
      // Without a word the hub would take this tab for one that may come back.
      await this.#sayGoodbye(attachment, this.#settings.session.requestTimeout);
      return attachment.close();
    }
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

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #sayGoodbye(attachment: Attachment, timeout: number): Promise<void> {
    // A worker that is lost meanwhile has let go too.
    return withinTime(
      this.#page.timer,
      timeout,
      attachment.ask((hub) => hub.leave()),
    );
  }

  #detach(): void {
    this.#posts.close();
    this.#attachment?.close();
    this.#attachment = undefined;
  }

  async #reattach(): Promise<void> {
    if (this.#failures >= MAX_FAILURES) {
      const message = `The worker died ${MAX_FAILURES} times shortly after it had been started`;
      return this.#tab.gone(new WorkerLostError(message));
    }
    const { retry } = this.#settings.session;
    let previous: unknown;
    for (let attempts = 1; !this.#closed; attempts += 1) {
      try {
        return await this.#attach();
      } catch (error) {
        if (this.#closed) return;
        if (!mayPass(error, previous) || attempts >= retry.maxAttempts) return this.#tab.gone(error);
        previous = error;
        await this.#pause(backoff(attempts, retry, this.#page.random));
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const passed = new Promise<void>((resolve) => {
      this.#endPause = resolve;
    });
    const stop = this.#page.timer.after(milliseconds, this.#endPause);
    await passed;
    stop();
  }
}

/**
 * What the hub or the browser refuses now, it refuses again; so does a script that fails, but a server that came back between
 * the failure and the look for its cause makes it seem so once.
 */
function mayPass(error: unknown, previous: unknown): boolean {
  if (!isWorkerStartError(error)) return false;
  return PASSING.includes(error.reason) || (isScriptFailure(error) && !isScriptFailure(previous));
}

function isScriptFailure(error: unknown): boolean {
  return isWorkerStartError(error) && error.reason === "script";
}
