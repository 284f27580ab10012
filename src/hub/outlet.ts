import type { SubscriptionHandle } from "../contract/ids.js";
import type { EventRun, Notice } from "../contract/notices.js";
import type { TabApi } from "../contract/port.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { Environment } from "./environment.js";

/** Batches that may be on their way to a tab before it has taken the first one in. */
const CREDITS = 2;

export type EventTarget = SubscriptionHandle | readonly SubscriptionHandle[];

/** An event on its way to one tab. */
export interface TabEvent {
  readonly target: EventTarget;
  readonly publication: number;
  readonly details: Dict;
  readonly payload: Payload;
}

type Queued = Exclude<Notice, EventRun> | OpenRun;

interface OpenRun {
  readonly kind: "open-run";
  readonly targets: EventTarget[];
  readonly publications: number[];
  readonly details: (Dict | null)[];
  readonly payloads: Payload[];
}

/**
 * The way from the hub to one tab. The first notice after idle goes at once, later ones are collected for a task or
 * until the tab has taken in what is on its way; consecutive events are joined to one piece.
 */
export class Outlet {
  #queue: Queued[] = [];
  #credits = CREDITS;
  #state: "held" | "idle" | "collecting" | "closed" = "held";
  readonly #deliver: TabApi["deliver"];
  readonly #env: Environment;

  constructor(deliver: TabApi["deliver"], env: Environment) {
    this.#deliver = deliver;
    this.#env = env;
  }

  /** Begins to deliver; what came before (while the hello was on its way) goes first. */
  open(): void {
    if (this.#state !== "held") return;
    this.#state = "idle";
    this.#flushWhenIdle();
  }

  push(notice: Exclude<Notice, EventRun>): void {
    if (this.#state === "closed") return;
    this.#queue.push(notice);
    this.#flushWhenIdle();
  }

  pushEvent(event: TabEvent): void {
    if (this.#state === "closed") return;
    const run = this.#runFor(event.payload);
    run.targets.push(event.target);
    run.publications.push(event.publication);
    run.details.push(isEmpty(event.details) ? null : event.details);
    run.payloads.push(event.payload);
    this.#flushWhenIdle();
  }

  close(): void {
    this.#state = "closed";
    this.#queue = [];
  }

  #runFor(payload: Payload): OpenRun {
    const last = this.#queue.at(-1);
    if (last?.kind === "open-run" && last.payloads[0]?.serializer === payload.serializer) return last;
    const run: OpenRun = { kind: "open-run", targets: [], publications: [], details: [], payloads: [] };
    this.#queue.push(run);
    return run;
  }

  #flushWhenIdle(): void {
    if (this.#state !== "idle" || this.#credits === 0 || this.#queue.length === 0) return;
    this.#state = "collecting";
    this.#env.defer(() => {
      if (this.#state !== "collecting") return;
      this.#state = "idle";
      this.#flushWhenIdle();
    });
    this.#flush();
  }

  #flush(): void {
    const batch = this.#queue.map((notice) => (notice.kind === "open-run" ? this.#joined(notice) : notice));
    this.#queue = [];
    this.#credits -= 1;
    this.#deliver(batch).then(
      () => this.#taken(),
      (cause: unknown) => {
        this.#env.log("A tab did not take a batch in", cause);
        this.#taken();
      },
    );
  }

  #taken(): void {
    this.#credits += 1;
    this.#flushWhenIdle();
  }

  #joined(run: OpenRun): EventRun {
    const { targets, publications, details, payloads } = run;
    const serializer = this.#env.serializers[payloads[0]?.serializer ?? "json"];
    return { kind: "events", targets, publications, details, payloads: serializer.join(payloads) };
  }
}

function isEmpty(details: Dict): boolean {
  for (const _ in details) return false;
  return true;
}
