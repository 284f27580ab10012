import type { EventTarget } from "../../contract/notices.js";
import type { Payload } from "../../protocol/payload.js";
import type { TabEvent } from "./event-batcher.js";

/** Minimum size in bytes of binary data that crosses the port alone and by transfer: joining and cloning would copy it. */
const LARGE = 8 * 1024;

/** Consecutive events that cross the port as one notice: the columns `targets` and `events` have one entry for each event. */
export interface WaitingRun {
  /** Number of waiting notices of other kinds that are sent before the run. */
  readonly place: number;
  /** True if the run consists of one large event, which crosses the port unchanged. */
  readonly isLarge: boolean;
  readonly targets: EventTarget[];
  readonly events: TabEvent[];
}

/**
 * Holds the events waiting for one tab, with their target subscriptions, in wire order. Their place among the other notices is a number,
 * so that an event can be removed without touching the notices: a policy for one subscription is a function over the runs.
 */
export class EventBuffer {
  #runs: WaitingRun[] = [];
  #size = 0;

  /** The number of events. */
  get size(): number {
    return this.#size;
  }

  /** Appends an event. `place` is the number of waiting notices of other kinds; it never decreases between two calls of `take`. */
  push(event: TabEvent, target: EventTarget, place: number): void {
    const run = this.#runFor(event.payload, place);
    run.targets.push(target);
    run.events.push(event);
    this.#size += 1;
  }

  /** Removes and returns all events. */
  take(): readonly WaitingRun[] {
    const runs = this.#runs;
    this.#runs = [];
    this.#size = 0;
    return runs;
  }

  #runFor(payload: Payload, place: number): WaitingRun {
    const large = isLarge(payload);
    const last = this.#runs.at(-1);
    if (last !== undefined && !large && !last.isLarge && last.place === place) {
      if (last.events[0]?.payload.serializer === payload.serializer) return last;
    }
    const run: WaitingRun = { place, isLarge: large, targets: [], events: [] };
    this.#runs.push(run);
    return run;
  }
}

/** Returns true if the payload is binary and too large to be joined or cloned. */
export function isLarge({ data }: Payload): boolean {
  return typeof data !== "string" && data.byteLength >= LARGE;
}
