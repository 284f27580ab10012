import type { LastSeen } from "../../contract/gap.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import { weighNotices } from "../../contract/stream.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import type { EventBatcher, TabEvent } from "./event-batcher.js";
import { EventBuffer, isLarge } from "./event-buffer.js";
import type { WaitingRun } from "./event-buffer.js";
import type { EventCoalescer } from "./event-coalescer.js";
import type { TabReader } from "./tab-reader.js";

/** The receiver of a tab's notices. */
export interface NoticeReceiver {
  /**
   * Delivers a batch; resolves when the tab has processed it. `owned` contains buffers that the hub no longer needs and that may be
   * transferred.
   */
  deliver(batch: readonly Notice[], owned: readonly ArrayBuffer[]): Promise<void>;
}

/**
 * Weight of the batches in flight at which no more events are sent, and at which nothing more is sent. The tab tells what it has processed
 * when that weighs 1 (`weighNotices`), so that neither waits for ever.
 */
const ENOUGH_FOR_EVENTS = 1;
const ENOUGH = 1.5;

/** Notices that are delivered unchanged; events become notices only when they are sent. */
type ReadyNotice = Exclude<Notice, EventRun | { readonly kind: "event" }>;

/**
 * Delivers notices to one tab, in order. A notice is sent at once unless the tab has two batches to process; notices that arrive meanwhile
 * are sent together in the next batch, so that a busy tab gets fewer and larger ones. Events wait for their coalescer and, unless they are
 * few, for the events before them. A notice of another kind that is sent takes them along, because the order of all notices is that of the
 * wire.
 */
export class NoticeSender {
  #notices: ReadyNotice[] = [];
  readonly #events = new EventBuffer();
  /** The places to which the waiting events lead. */
  readonly #places = new Map<SubscriptionHandle, Notice>();
  #owned: ArrayBuffer[] = [];
  #state: "held" | "open" | "closed" = "held";
  /**
   * The subscriptions that are told their places along with their events, so that the tab says at once when it has taken them in; by their
   * handles, with the functions that are called then.
   */
  readonly followed = new Map<SubscriptionHandle, (place: LastSeen) => void>();
  /** Weight of the batches that the tab has not processed. */
  #inFlight = 0;
  readonly #receiver: NoticeReceiver;
  #coalescer: EventCoalescer;
  readonly #batcher: EventBatcher;
  readonly #log: Environment["log"];
  readonly #reader: TabReader;

  /** All tabs of a session share `batcher`, and those of the same pace `coalescer`. */
  constructor(
    receiver: NoticeReceiver,
    coalescer: EventCoalescer,
    batcher: EventBatcher,
    log: Environment["log"],
    reader: TabReader,
  ) {
    this.#receiver = receiver;
    this.#coalescer = coalescer;
    this.#batcher = batcher;
    this.#log = log;
    this.#reader = reader;
  }

  /** Starts delivery, beginning with the notices that were pushed before the answer to the hello was sent. */
  open(): void {
    if (this.#state !== "held") return;
    this.#state = "open";
    this.#flush();
  }

  push(notice: ReadyNotice): void {
    if (this.#state === "closed") return;
    if (notice.kind === "result") this.#own(notice.payload);
    this.#notices.push(notice);
    this.#flush();
  }

  /** Pushes an event for one or more subscriptions of the tab. `isOnly`: no other tab gets this payload. */
  pushEvent(event: TabEvent, target: EventTarget, isOnly: boolean): void {
    if (this.#state === "closed") return;
    if (isOnly) this.#own(event.payload);
    this.#events.push(event, target, this.#notices.length);
    this.#follow(event, target);
    this.#flush();
  }

  /** Gives the events another pace; those that wait are sent as soon as it lets them. */
  changePace(coalescer: EventCoalescer): void {
    this.#coalescer.forget(this.#flush);
    this.#coalescer = coalescer;
    this.#flush();
  }

  close(): void {
    this.#state = "closed";
    this.#takeAll();
  }

  /** Marks the buffer of a large payload for transfer with the next batch. */
  #own(payload: Payload): void {
    const { data } = payload;
    if (isLarge(payload) && typeof data !== "string" && data.buffer instanceof ArrayBuffer)
      this.#owned.push(data.buffer);
  }

  /** A retained event is older than those before it. */
  #follow({ publication, details }: TabEvent, target: EventTarget): void {
    if (this.followed.size === 0 || details["retained"] === true) return;
    for (const subscription of [target].flat())
      if (this.followed.has(subscription))
        this.#places.set(subscription, { kind: "seen", subscription, publication });
  }

  readonly #flush = (): void => {
    if (this.#state !== "open" || this.#inFlight >= ENOUGH) return;
    const { size } = this.#events;
    if (this.#notices.length === 0) {
      if (size === 0 || this.#inFlight >= ENOUGH_FOR_EVENTS) return;
      if (!this.#coalescer.maySend(this.#flush, size)) return;
    }
    const places = [...this.#places.values()];
    const { notices, runs, owned } = this.#takeAll();
    const batch = this.#reader.readAll(this.#batchOf(notices, runs).concat(places));
    if (batch.length > 0) void this.#send(batch, owned);
  };

  #takeAll() {
    this.#coalescer.forget(this.#flush);
    const waiting = { notices: this.#notices, runs: this.#events.take(), owned: this.#owned };
    this.#places.clear();
    this.#notices = [];
    this.#owned = [];
    return waiting;
  }

  async #send(batch: readonly Notice[], owned: readonly ArrayBuffer[]): Promise<void> {
    const weight = weighNotices(batch);
    this.#inFlight += weight;
    try {
      await this.#receiver.deliver(batch, owned);
      for (const notice of batch)
        if (notice.kind === "seen") this.followed.get(notice.subscription)?.(notice.publication);
    } catch (cause) {
      this.#log("A tab did not process a batch", cause);
    }
    this.#inFlight -= weight;
    this.#flush();
  }

  #batchOf(notices: readonly ReadyNotice[], runs: readonly WaitingRun[]): readonly Notice[] {
    let placed = 0;
    const batch = runs.flatMap((run): readonly Notice[] => {
      const before: readonly Notice[] = notices.slice(placed, run.place);
      placed = run.place;
      return before.concat(this.#noticeOf(run) ?? []);
    });
    return batch.concat(notices.slice(placed));
  }

  /** Returns nothing for events that cannot be joined. */
  #noticeOf({ isLarge, targets, events }: WaitingRun): Notice | undefined {
    const [target] = targets;
    const [event] = events;
    if (target === undefined || event === undefined) return undefined;
    if (isLarge) {
      const { publication, details, payload } = event;
      return { kind: "event", target, publication, details, payload };
    }
    const haveOneTarget = targets.every((each) => each === target);
    try {
      const columns = this.#batcher.join(events);
      return { kind: "events", targets: haveOneTarget ? [target] : targets, ...columns };
    } catch (cause) {
      // The joined text is too long for one string, after a long standstill. The answers in the same batch must not be lost as well.
      this.#log(`${events.length} events could not be joined`, cause);
      return undefined;
    }
  }
}
