import type { RequestId, SubscriptionHandle, TabId } from "../../contract/ids.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import { PendingRequest } from "./pending-request.js";
import { PublisherExclusion } from "../pubsub/publisher-exclusion.js";
import type { Environment } from "../environment.js";
import type { EventFlow } from "./event-flow.js";
import { SendQueue } from "./send-queue.js";
import { NoticeSender } from "./notice-sender.js";
import type { Deliver } from "./notice-sender.js";
import type { LocalSubscription } from "../pubsub/wire-subscription.js";

/** A page, as the hub sees it. */
export interface TabPeer {
  readonly deliver: Deliver;
  /** Asks the application for the secret of its session; rejects when it has none to give. */
  credential(): Promise<string>;
}

/** One attached client and everything that is its own. */
export class Tab {
  readonly id: TabId;
  readonly notices: NoticeSender;
  readonly queue: SendQueue;
  readonly exclusion: PublisherExclusion;
  readonly requests = new Map<RequestId, PendingRequest>();
  readonly subscriptions = new Map<SubscriptionHandle, LocalSubscription>();
  /** Resolves when the tab has left or died. */
  readonly gone: Promise<void>;

  readonly #sink: TabPeer;
  readonly #env: Environment;
  #setGone: () => void = () => undefined;

  constructor(id: TabId, sink: TabPeer, env: Environment, flow: EventFlow, unblocked: () => void) {
    this.id = id;
    this.#sink = sink;
    this.#env = env;
    this.notices = new NoticeSender((batch, owned) => sink.deliver(batch, owned), flow, env.log);
    this.queue = new SendQueue(env.clock, unblocked);
    this.exclusion = new PublisherExclusion(this.notices, env.clock);
    this.gone = new Promise((resolve) => (this.#setGone = resolve));
  }

  /** Begins a request that is settled exactly once, at the latest after `timeout` milliseconds (0: no deadline). */
  ask(request: RequestId, timeout: number, offline: OfflinePolicy): PendingRequest {
    if (this.requests.has(request)) throw new Error(`Request ${request} of tab ${this.id} is there already`);
    const ask = new PendingRequest(
      request,
      { clock: this.#env.clock, timeout, offline },
      (settled, notice) => {
        this.requests.delete(settled.request);
        if (!settled.sent) this.queue.noteDropped();
        if (notice !== undefined) this.notices.push(notice);
      },
    );
    this.requests.set(request, ask);
    return ask;
  }

  credential(): Promise<string> {
    return this.#sink.credential();
  }

  /** Nothing reaches the tab any more. What it held has been released before. */
  close(): void {
    for (const ask of this.requests.values()) ask.abandon();
    this.exclusion.reset();
    this.notices.close();
    this.#setGone();
  }
}
