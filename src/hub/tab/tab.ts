import type { RequestId, TabId } from "../../contract/ids.js";
import type { Asked } from "../../contract/port.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Clock } from "../../web/clock.js";
import type { NoticeReceiver, NoticeSender } from "./notice-sender.js";
import { PendingRequest } from "./pending-request.js";
import type { SendQueue } from "./send-queue.js";

/** The page of a tab, as seen by the hub. */
export interface TabPeer extends NoticeReceiver {
  /** Asks the application for a part of its session's credentials; rejects if it has none. */
  ask(what: Asked): Promise<string>;
}

/** One attached client: its messages in both directions and its pending requests. Features keep their own state by tab. */
export class Tab {
  readonly id: TabId;
  readonly notices: NoticeSender;
  readonly queue: SendQueue;
  readonly requests = new Map<RequestId, PendingRequest>();
  /** Resolves when the tab has left or vanished. */
  readonly departed: Promise<void>;

  readonly #peer: TabPeer;
  readonly #clock: Clock;
  #setDeparted: () => void = () => undefined;

  constructor(id: TabId, peer: TabPeer, notices: NoticeSender, queue: SendQueue, clock: Clock) {
    this.id = id;
    this.notices = notices;
    this.queue = queue;
    this.#peer = peer;
    this.#clock = clock;
    this.departed = new Promise((resolve) => (this.#setDeparted = resolve));
  }

  /** Begins a request, which is settled exactly once, at the latest after `timeout` milliseconds (0: no deadline). */
  begin(request: RequestId, timeout: number, offline: OfflinePolicy): PendingRequest {
    if (this.requests.has(request)) throw new Error(`Request ${request} of tab ${this.id} already exists`);
    const pending = new PendingRequest(
      request,
      { clock: this.#clock, timeout, offline },
      (settled, notice) => {
        this.requests.delete(settled.request);
        if (!settled.sent) this.queue.noteDropped();
        if (notice !== undefined) this.notices.push(notice);
      },
    );
    this.requests.set(request, pending);
    return pending;
  }

  ask(what: Asked): Promise<string> {
    return this.#peer.ask(what);
  }

  /** Closes the tab: undoes its requests and delivers no further notice. Features release their state of the tab before. */
  close(): void {
    for (const pending of this.requests.values()) pending.abandon();
    this.notices.close();
    this.#setDeparted();
  }
}
