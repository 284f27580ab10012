import type { EventRun, EventTarget, Notice } from "../contract/notices.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { Environment } from "./environment.js";

/** Bytes from which binary data cross the port alone: joining would copy them once more. */
const LARGE = 8 * 1024;

/** What an outlet needs of an event. */
export interface OutletEvent {
  readonly publication: number;
  readonly details: Dict;
  readonly payload: Payload;
}

/** Takes a batch to the tab; resolves when the tab has taken it in. `owned` are buffers that nobody here needs any more. */
export type Deliver = (batch: readonly Notice[], owned: readonly ArrayBuffer[]) => Promise<void>;

type Queued = Exclude<Notice, EventRun> | OpenRun;

interface OpenRun {
  readonly kind: "open-run";
  readonly targets: EventTarget[];
  readonly events: OutletEvent[];
}

/**
 * The way from the hub to one tab. One batch is on its way at a time, and what comes meanwhile goes with the next one: the
 * first notice after idle goes at once, and a tab that is busy gets fewer and larger batches. After events there is a
 * pause for further ones, since a message across the port costs as much as many events in it; nothing else waits for that.
 */
export class Outlet {
  #queue: Queued[] = [];
  #owned: ArrayBuffer[] = [];
  #state: "held" | "open" | "delivering" | "closed" = "held";
  /** Whether something is queued that is no event. */
  #urgent = false;
  /** Whether events have just gone, so that more of them may come. */
  #pausing = false;
  readonly #deliver: Deliver;
  readonly #env: Environment;

  constructor(deliver: Deliver, env: Environment) {
    this.#deliver = deliver;
    this.#env = env;
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

  /** `isOnly`: no other tab gets it, now or later. */
  pushEvent(event: OutletEvent, target: EventTarget, isOnly: boolean): void {
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

  #own({ data }: Payload): void {
    if (typeof data !== "string" && data.buffer instanceof ArrayBuffer) this.#owned.push(data.buffer);
  }

  #runFor(payload: Payload): OpenRun {
    const last = this.#queue.at(-1);
    if (last?.kind === "open-run" && last.events[0]?.payload.serializer === payload.serializer) return last;
    const run: OpenRun = { kind: "open-run", targets: [], events: [] };
    this.#queue.push(run);
    return run;
  }

  #flush(): void {
    if (this.#state !== "open" || this.#queue.length === 0) return;
    if (!this.#urgent) {
      if (this.#pausing) return;
      this.#pause();
    }
    const batch = this.#queue.map((notice) => (notice.kind === "open-run" ? this.#joined(notice) : notice));
    const owned = this.#owned;
    this.#queue = [];
    this.#owned = [];
    this.#urgent = false;
    this.#state = "delivering";
    this.#deliver(batch, owned).then(
      () => this.#taken(),
      (cause: unknown) => {
        this.#env.log("A tab did not take a batch in", cause);
        this.#taken();
      },
    );
  }

  #pause(): void {
    this.#pausing = true;
    this.#env.pause(() => {
      this.#pausing = false;
      this.#flush();
    });
  }

  #taken(): void {
    if (this.#state !== "delivering") return;
    this.#state = "open";
    this.#flush();
  }

  #joined({ targets, events }: OpenRun): EventRun {
    const payloads = events.map(({ payload }) => payload);
    const serializer = this.#env.serializers[payloads[0]?.serializer ?? "json"];
    const [target] = targets;
    const isForOne = target !== undefined && targets.every((each) => each === target);
    return {
      kind: "events",
      targets: isForOne ? [target] : targets,
      publications: Float64Array.from(events, ({ publication }) => publication),
      details: events.every(({ details }) => isEmpty(details)) ? [] : events.map(({ details }) => details),
      payloads: serializer.join(payloads),
    };
  }
}

function isLarge({ data }: Payload): boolean {
  return typeof data !== "string" && data.byteLength >= LARGE;
}

function isEmpty(details: Dict): boolean {
  for (const _ in details) return false;
  return true;
}
