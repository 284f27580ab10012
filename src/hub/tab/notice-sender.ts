import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import type { EventFlow } from "./event-flow.js";
import type { TabEvent } from "./event-batcher.js";

/** Bytes from which binary data cross the port alone, and by transfer: joining and cloning would copy them. */
const LARGE = 8 * 1024;

/** Takes a batch to the tab; resolves when the tab has taken it in. `owned` are buffers that nobody here needs any more. */
export type Deliver = (batch: readonly Notice[], owned: readonly ArrayBuffer[]) => Promise<void>;

type Queued = Exclude<Notice, EventRun> | OpenRun;

interface OpenRun {
  readonly kind: "open-run";
  readonly targets: EventTarget[];
  readonly events: TabEvent[];
}

/**
 * The way from the hub to one tab. One batch is on its way at a time, and what comes meanwhile goes with the next one: the
 * first notice after idle goes at once, and a tab that is busy gets fewer and larger batches. Events go at a pace of their
 * own, or with what else goes.
 */
export class NoticeSender {
  #queue: Queued[] = [];
  #owned: ArrayBuffer[] = [];
  #state: "held" | "open" | "delivering" | "closed" = "held";
  /** Whether something is queued that is no event. */
  #urgent = false;
  readonly #deliver: Deliver;
  readonly #flow: EventFlow;
  readonly #log: Environment["log"];

  constructor(deliver: Deliver, flow: EventFlow, log: Environment["log"]) {
    this.#deliver = deliver;
    this.#flow = flow;
    this.#log = log;
  }

  /** Begins to deliver; what came before (while the hello was on its way) goes first. */
  open(): void {
    if (this.#state !== "held") return;
    this.#state = "open";
    this.#flush();
  }

  push(notice: Exclude<Notice, EventRun>): void {
    if (this.#state === "closed") return;
    if (notice.kind === "result") this.#own(notice.payload);
    this.#queue.push(notice);
    this.#urgent = true;
    this.#flush();
  }

  /** `isOnly`: nobody else gets this payload, by whatever subscription. */
  pushEvent(event: TabEvent, target: EventTarget, isOnly: boolean): void {
    if (this.#state === "closed") return;
    if (isLarge(event.payload)) {
      if (isOnly) this.#own(event.payload);
      this.#queue.push({ kind: "event", target, ...event });
    } else {
      const run = this.#runFor(event.payload);
      run.targets.push(target);
      run.events.push(event);
    }
    this.#flush();
  }

  close(): void {
    this.#state = "closed";
    this.#queue = [];
    this.#owned = [];
  }

  #own(payload: Payload): void {
    const { data } = payload;
    if (isLarge(payload) && typeof data !== "string" && data.buffer instanceof ArrayBuffer)
      this.#owned.push(data.buffer);
  }

  #runFor(payload: Payload): OpenRun {
    const last = this.#queue.at(-1);
    if (last?.kind === "open-run" && last.events[0]?.payload.serializer === payload.serializer) return last;
    const run: OpenRun = { kind: "open-run", targets: [], events: [] };
    this.#queue.push(run);
    return run;
  }

  readonly #flush = (): void => {
    if (this.#state !== "open" || this.#queue.length === 0) return;
    if (!this.#urgent && !this.#flow.pace.mayGo(this.#flush)) return;
    const queue = this.#queue;
    const owned = this.#owned;
    this.#queue = [];
    this.#owned = [];
    this.#urgent = false;
    this.#state = "delivering";
    const taken = this.#send(queue, owned).catch((cause: unknown) => {
      this.#log("A tab did not take a batch in", cause);
    });
    void taken.then(() => this.#taken());
  };

  // Async, so that whatever fails in here is a rejection; what it does, it does synchronously.
  async #send(queue: readonly Queued[], owned: readonly ArrayBuffer[]): Promise<void> {
    const batch = queue.flatMap((notice): readonly Notice[] =>
      notice.kind === "open-run" ? this.#joined(notice) : [notice],
    );
    await this.#deliver(batch, owned);
  }

  #taken(): void {
    if (this.#state !== "delivering") return;
    this.#state = "open";
    this.#flush();
  }

  #joined({ targets, events }: OpenRun): EventRun[] {
    const [target] = targets;
    const isForOne = target !== undefined && targets.every((each) => each === target);
    try {
      const columns = this.#flow.joiner.join(events);
      return [{ kind: "events", targets: isForOne ? [target] : targets, ...columns }];
    } catch (cause) {
      // Too much for one string, after a long standstill. Answers that were collected with it must not be lost too.
      this.#log(`${events.length} events could not be joined`, cause);
      return [];
    }
  }
}

function isLarge({ data }: Payload): boolean {
  return typeof data !== "string" && data.byteLength >= LARGE;
}
