import { backoff } from "../../contract/backoff.js";
import type { HubHello, TabApi } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { isWorkerStartError } from "../errors/worker-errors.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import { RequestSender } from "../requests/request-sender.js";
import { attach } from "./attachment.js";
import type { AttachContext, Attachment, Hub } from "./attachment.js";
import { withinTime } from "./within-time.js";

/** The part of a tab that the hub calls, and that is notified of the hub's state. */
export interface HubListener extends TabApi {
  /** A hub has admitted this tab. */
  attached(hello: HubHello, url: string): void;
  /** The hub is lost; requests posted from now on go to the next one. */
  hubLost(): void;
  /** No other hub could be started, for this reason. */
  hubFailed(error: unknown): void;
}

type State =
  | { readonly kind: "attaching"; readonly stop: () => void }
  | {
      readonly kind: "attached";
      readonly attachment: Attachment;
      /** Clock time at which the hub admitted this tab. */
      readonly since: number;
      readonly stop: () => void;
    }
  /** Waiting before the next attempt to start a hub. */
  | { readonly kind: "pausing"; readonly stop: () => void }
  | { readonly kind: "closed" };

/** Number of consecutive hubs that may be lost shortly after their start before this tab gives up. */
const MAX_FAILURES = 5;
/** Milliseconds that a hub must have run for its loss not to count as such a failure. */
const SERVED = 1_000;
/** Reasons that may soon disappear: a server that is being restarted, a network that is briefly down. */
const PASSING: readonly WorkerStartReason[] = ["network", "not-found", "timeout"];

/** Keeps this tab attached to a hub. After a loss, attaches it to the next hub, at once or as soon as one can be started. */
export class Reattacher {
  readonly #context: AttachContext;
  readonly #tab: HubListener;
  readonly #sender: RequestSender;
  #state: State = { kind: "attaching", stop: () => undefined };
  #failures = 0;

  constructor(context: AttachContext, tab: HubListener) {
    this.#context = context;
    this.#tab = tab;
    this.#sender = new RequestSender((error) => {
      // A hub that throws is treated like a lost one.
      context.environment.report(error);
      this.#hubLost();
    });
  }

  /** Attaches for the first time; a failure is not retried. */
  async start(): Promise<void> {
    await this.#attach();
  }

  post(request: TabRequest): void {
    if (!this.#closed) this.#sender.push(request);
  }

  /** Calls a method of the hub, after all earlier requests for which the hub has given credit. */
  async call<T>(method: (hub: Hub) => Promise<T>): Promise<T> {
    if (this.#state.kind !== "attached")
      throw new WorkerLostError("The worker was lost and the next one is still being started");
    this.#sender.send();
    return await this.#state.attachment.call(method);
  }

  /** Sends the queued requests, leaves the hub and closes; waits at most `timeout` milliseconds for the hub's answer. */
  async leave(timeout: number): Promise<void> {
    if (this.#state.kind === "attached") {
      this.#sender.flush();
      await this.#sayGoodbye(this.#state.attachment, timeout);
    }
    this.close();
  }

  /** Detaches for good. */
  close(): void {
    this.#enter({ kind: "closed" });
    this.#sender.close();
  }

  get #closed(): boolean {
    return this.#state.kind === "closed";
  }

  #enter(state: State): void {
    const previous = this.#state;
    this.#state = state;
    if (previous.kind !== "closed") previous.stop();
  }

  #isAttachedTo(attachment: Attachment): boolean {
    return this.#state.kind === "attached" && this.#state.attachment === attachment;
  }

  async #attach(): Promise<void> {
    const attaching = new AbortController();
    this.#enter({ kind: "attaching", stop: () => attaching.abort() });
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Notices may arrive in the same message as the answer to the hello, which must be processed first.
    const gated: TabApi = {
      deliver: (batch) =>
        opened.then(() => (this.#isAttachedTo(attachment) ? this.#tab.deliver(batch) : undefined)),
      ask: (what) => opened.then(() => this.#tab.ask(what)),
    };
    const attachment = await attach(this.#context, gated, attaching.signal);
    if (this.#closed) {
      // Otherwise the hub would assume that this tab vanished and may come back.
      await this.#sayGoodbye(attachment, this.#context.session.requestTimeout);
      return attachment.close();
    }
    const since = this.#context.environment.clock.now();
    this.#state = { kind: "attached", attachment, since, stop: () => attachment.close() };
    this.#tab.attached(attachment.hello, attachment.url);
    this.#sender.open((batch) => attachment.post(batch));
    open();
    void attachment.lost.then(() => {
      if (this.#isAttachedTo(attachment)) this.#hubLost();
    });
  }

  #hubLost(): void {
    if (this.#state.kind !== "attached") return;
    const servedFor = this.#context.environment.clock.now() - this.#state.since;
    this.#failures = servedFor < SERVED ? this.#failures + 1 : 0;
    this.#sender.close();
    this.#enter({ kind: "attaching", stop: () => undefined });
    this.#tab.hubLost();
    void this.#reattach();
  }

  #sayGoodbye(attachment: Attachment, timeout: number): Promise<void> {
    // A hub that is lost before it answers has also released everything.
    return withinTime(
      this.#context.environment.clock,
      timeout,
      attachment.call((hub) => hub.leave()),
    );
  }

  async #reattach(): Promise<void> {
    if (this.#failures >= MAX_FAILURES) {
      const message = `The worker was lost ${MAX_FAILURES} times shortly after it was started`;
      return this.#tab.hubFailed(new WorkerLostError(message));
    }
    const { retry } = this.#context.session;
    let previous: unknown;
    for (let attempts = 1; !this.#closed; attempts += 1) {
      try {
        return await this.#attach();
      } catch (error) {
        if (this.#closed) return;
        if (!mayPass(error, previous) || attempts >= retry.maxAttempts) return this.#tab.hubFailed(error);
        previous = error;
        await this.#pause(backoff(attempts, retry, this.#context.environment.random));
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#context.environment.clock.after(milliseconds, resolve);
      this.#state = {
        kind: "pausing",
        stop: () => {
          cancel();
          resolve();
        },
      };
    });
  }
}

/**
 * Tells whether another attempt may succeed. A refusal by the hub or the browser is final. So is a failing script, but only the second
 * time: a server that recovered between the failure and the search for its cause looks the same.
 */
function mayPass(error: unknown, previous: unknown): boolean {
  if (!isWorkerStartError(error)) return false;
  return PASSING.includes(error.reason) || (isScriptFailure(error) && !isScriptFailure(previous));
}

function isScriptFailure(error: unknown): boolean {
  return isWorkerStartError(error) && error.reason === "script";
}
