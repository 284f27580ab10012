import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId, TabId } from "../../contract/ids.js";
import type { Question } from "../../contract/port.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { StorageStatus } from "../../contract/status.js";
import type { Clock } from "../../web/clock.js";
import type { NoticeReceiver, NoticeSender } from "./notice-sender.js";
import { PendingRequest } from "./pending-request.js";
import type { SendQueue } from "./send-queue.js";
import type { TabReader } from "./tab-reader.js";

/** The page of a tab, as seen by the hub. */
export interface TabPeer extends NoticeReceiver {
  /** Asks the application for a part of its session's credentials; rejects if it has none (`TabApi.ask`). */
  ask(question: Question, id: number): Promise<unknown>;
  /** Tells that the answer to a question is no longer needed. */
  dismiss(id: number): void;
  /** Asks the application whether a reason is fatal (`TabApi.isFatal`). */
  isFatal(reason: ErrorRecord): Promise<unknown>;
}

/** A question that a tab has been asked. */
export interface Ask {
  /** The application's answer; rejects if there is none, or when the tab is gone. */
  readonly answer: Promise<unknown>;
  /** Tells the application that the answer is no longer needed. */
  readonly dismiss: () => void;
}

/** Maximum number of warnings that are remembered for a tab; further ones are not given. */
const TOLD_KEPT = 1_000;

/** One attached client: its messages in both directions and its pending requests. Features keep their own state by tab. */
export class Tab {
  readonly id: TabId;
  readonly notices: NoticeSender;
  /** Gives the notices the form in which the page can read them. */
  readonly reader: TabReader;
  readonly queue: SendQueue;
  readonly requests = new Map<RequestId, PendingRequest>();
  /** Resolves when the tab has left or vanished. */
  readonly departed: Promise<void>;
  /** True if the user does not see the page. */
  isHidden = false;
  /** True if the tab has not been told of the latest round trip, since it was hidden. */
  isStale = false;
  /** The storage of which the tab has been told, at first in the answer to its hello. */
  toldStorage: StorageStatus["kind"] = "indexeddb";

  readonly #peer: TabPeer;
  readonly #clock: Clock;
  readonly #told = new Set<string>();
  #limitedRequests = 0;
  #lastAsk = 0;
  #setDeparted: () => void = () => undefined;

  constructor(
    id: TabId,
    peer: TabPeer,
    { notices, reader, queue }: Pick<Tab, "notices" | "reader" | "queue">,
    clock: Clock,
  ) {
    this.id = id;
    this.notices = notices;
    this.reader = reader;
    this.queue = queue;
    this.#peer = peer;
    this.#clock = clock;
    this.departed = new Promise((resolve) => (this.#setDeparted = resolve));
  }

  /** Number of pending requests to which the limits of the tab apply. */
  get limitedRequests(): number {
    return this.#limitedRequests;
  }

  /**
   * Begins a request, which is settled exactly once, at the latest after `timeout` milliseconds (0: no deadline).
   * @param isLimited true if the limits of the tab apply to it
   */
  begin(
    request: RequestId,
    { timeout, offline, isLimited }: { timeout: number; offline: OfflinePolicy; isLimited: boolean },
  ): PendingRequest {
    if (this.requests.has(request)) throw new Error(`Request ${request} of tab ${this.id} already exists`);
    const pending = new PendingRequest(
      request,
      { clock: this.#clock, timeout, offline },
      (settled, notice) => {
        this.requests.delete(settled.request);
        if (isLimited) this.#limitedRequests -= 1;
        if (!settled.sent) this.queue.drop(settled);
        if (notice !== undefined) this.notices.push(notice);
      },
    );
    this.requests.set(request, pending);
    if (isLimited) this.#limitedRequests += 1;
    return pending;
  }

  /** Gives up the pending requests for which there is an error. */
  giveUp(errorFor: (request: PendingRequest) => ErrorRecord | undefined): void {
    for (const request of this.requests.values()) {
      const error = errorFor(request);
      if (error !== undefined) request.giveUp(error);
    }
  }

  /** Warns the application of something that does not settle a request, but not twice of the same. */
  tellOnce(error: ErrorRecord): void {
    const text = `${error.name} ${error.message}`;
    if (this.#told.has(text) || this.#told.size >= TOLD_KEPT) return;
    this.#told.add(text);
    this.notices.push({ kind: "warning", error });
  }

  /** Asks the application for a part of its session's credentials. */
  ask(question: Question): Ask {
    this.#lastAsk += 1;
    const id = this.#lastAsk;
    const asked = new Promise((resolve) => resolve(this.#peer.ask(question, id)));
    return {
      answer: Promise.race([asked, this.departed.then(gone)]),
      dismiss: () => this.#peer.dismiss(id),
    };
  }

  /** Asks the application whether a reason is fatal; rejects when the tab is gone. */
  judge(reason: ErrorRecord): Promise<unknown> {
    const asked = new Promise((resolve) => resolve(this.#peer.isFatal(reason)));
    return Promise.race([asked, this.departed.then(gone)]);
  }

  /** Closes the tab: undoes its requests and delivers no further notice. Features release their state of the tab before. */
  close(): void {
    for (const pending of this.requests.values()) pending.abandon();
    this.notices.close();
    this.#setDeparted();
  }
}

function gone(): never {
  throw new Error("The tab is gone");
}
