import { backoff } from "../../contract/backoff.js";
import type { HubHello, TabApi } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import type { StatusRecord } from "../../contract/status.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { RequestSender } from "../requests/request-sender.js";
import { attach } from "./attachment.js";
import type { AttachContext, Attachment, Hub } from "./attachment.js";
import { MAX_SUSPICIOUS, afterSetback } from "./setbacks.js";
import type { Setback, Setbacks } from "./setbacks.js";
import { withinTime } from "./within-time.js";

/** The part of a tab that the hub calls, and that is notified of the hub's state. */
export interface HubListener extends TabApi {
  /** A hub has admitted this tab. */
  attached(hello: HubHello, url: string): void;
  /** The hub is lost; requests posted from now on go to the next one. `cause` is the error for which it was given up, if there was one. */
  hubLost(cause?: unknown): void;
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
  /** Waiting before the next attempt to start a hub; `hurry` ends a pause that may be cut short. */
  | { readonly kind: "pausing"; readonly hurry: () => void; readonly stop: () => void }
  | { readonly kind: "closed" };

/**
 * Milliseconds between the loss of a hub and the first attempt to start the next one. Firefox gives a worker that is made in the moment
 * when another one of its URL and name dies to no one: pages that try to join it wait for ever.
 */
export const AFTER_LOSS = 200;

/** Keeps this tab attached to a hub. After a loss, attaches it to the next hub, as soon as one can be started (`setbacks.ts`). */
export class Reattacher {
  readonly #context: AttachContext;
  readonly #tab: HubListener;
  readonly #sender: RequestSender;
  #state: State = { kind: "attaching", stop: () => undefined };
  #setbacks: Setbacks = { attempts: 0, suspicious: 0 };
  /** True once the session of this tab has been online. */
  #wasOnline = false;

  constructor(context: AttachContext, tab: HubListener) {
    this.#context = context;
    this.#tab = tab;
    this.#sender = new RequestSender((error) => {
      // A hub that throws is treated like a lost one.
      context.environment.report(error);
      this.#hubLost(error);
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

  /** Sends the queued requests, and resolves when the hub has taken them; rejects without a hub. */
  async fence(): Promise<void> {
    this.#sender.flush();
    await this.call((hub) => hub.ping());
  }

  /** Makes the next attempt to start a hub at once, or soon after a loss. Returns false unless there is a pause before it. */
  hurry(): boolean {
    if (this.#state.kind !== "pausing") return false;
    this.#state.hurry();
    return true;
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
        opened.then(() => {
          if (!this.#isAttachedTo(attachment)) return undefined;
          for (const notice of batch) if (notice.kind === "status") this.#note(notice.status);
          return this.#tab.deliver(batch);
        }),
      ask: (what) => opened.then(() => this.#tab.ask(what)),
    };
    const attachment = await attach(this.#context, gated, attaching.signal, this.#wasOnline);
    if (this.#closed) {
      // Otherwise the hub would assume that this tab vanished and may come back.
      await this.#sayGoodbye(attachment, this.#context.session.requestTimeout);
      return attachment.close();
    }
    const since = this.#context.environment.clock.now();
    this.#state = { kind: "attached", attachment, since, stop: () => attachment.close() };
    this.#note(attachment.hello.status);
    this.#tab.attached(attachment.hello, attachment.url);
    this.#sender.open((batch) => attachment.post(batch));
    open();
    void attachment.lost.then((cause) => {
      if (this.#isAttachedTo(attachment)) this.#hubLost(cause);
    });
  }

  #note({ state }: StatusRecord): void {
    if (state === "online") this.#wasOnline = true;
  }

  #hubLost(cause?: unknown): void {
    if (this.#state.kind !== "attached") return;
    const servedFor = this.#context.environment.clock.now() - this.#state.since;
    this.#sender.close();
    this.#enter({ kind: "attaching", stop: () => undefined });
    this.#tab.hubLost(cause);
    void this.#reattach({ kind: "lost", servedFor });
  }

  #sayGoodbye(attachment: Attachment, timeout: number): Promise<void> {
    // A hub that is lost before it answers has also released everything.
    return withinTime(
      this.#context.environment.clock,
      timeout,
      attachment.call((hub) => hub.leave()),
    );
  }

  async #reattach(first: Setback): Promise<void> {
    const { session, environment } = this.#context;
    let setback = first;
    // A listener may leave the session as soon as it is told of the loss.
    while (!this.#closed) {
      const next = afterSetback(this.#setbacks, setback, session.retry.maxAttempts);
      if (next.kind === "give-up") return this.#tab.hubFailed(errorFromSetback(setback));
      this.#setbacks = next.setbacks;
      if (setback.kind === "lost") await this.#pause(AFTER_LOSS, { canHurry: false });
      if (this.#closed) return;
      if (next.failures > 0) await this.#pause(backoff(next.failures, session.retry, environment.random));
      if (this.#closed) return;
      try {
        return await this.#attach();
      } catch (error) {
        if (this.#closed) return;
        setback = { kind: "failed", error };
      }
    }
  }

  async #pause(milliseconds: number, { canHurry } = { canHurry: true }): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#context.environment.clock.after(milliseconds, resolve);
      const stop = (): void => {
        cancel();
        resolve();
      };
      this.#state = { kind: "pausing", hurry: canHurry ? stop : () => undefined, stop };
    });
  }
}

function errorFromSetback(setback: Setback): unknown {
  if (setback.kind === "failed") return setback.error;
  return new WorkerLostError(`The worker was lost ${MAX_SUSPICIOUS} times shortly after it was started`);
}
