import type { EventTarget } from "../../contract/notices.js";
import type { Payload } from "../../protocol/payload.js";
import type { TabEvent } from "./event-batcher.js";

/** Bytes from which binary data cross the port alone and by transfer: joining and cloning would copy them. */
const LARGE = 8 * 1024;

/** Consecutive events that cross the port as one notice: the columns `targets` and `events` have one entry for each. */
export interface WaitingRun {
  /** Number of the waiting notices of other kinds that are sent before the run. */
  readonly place: number;
  /** True if the only event of the run is large, and crosses the port as it is. */
  readonly isLarge: boolean;
  readonly targets: EventTarget[];
  readonly events: TabEvent[];
}

/**
 * Holds the events that wait for one tab, with the subscriptions that they go to, in wire order. Their place among the other notices
 * is a number, so that an event can be taken out without touching the notices: a policy for one subscription is a function over the
 * runs.
 */
export class EventBuffer {
  #runs: WaitingRun[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** Bytes (or characters) of the payloads that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends an event. `place` is the number of waiting notices of other kinds; it never falls between two calls of `take`. */
  push(event: TabEvent, target: EventTarget, place: number): void {
    const run = this.#runFor(event.payload, place);
    run.targets.push(target);
    run.events.push(event);
    this.#bytes += event.payload.data.length;
  }

  /** Takes all events out. */
  take(): readonly WaitingRun[] {
    const runs = this.#runs;
    this.#runs = [];
    this.#bytes = 0;
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
