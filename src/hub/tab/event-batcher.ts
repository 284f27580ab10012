import type { Codecs } from "../../codec/codecs.js";
import type { EventRun } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";

/** An event as it is delivered to a tab. */
export interface TabEvent {
  readonly publication: number;
  readonly details: Dict;
  readonly payload: Payload;
}

type Columns = Omit<EventRun, "kind" | "targets">;

/** Joins events for the port. Tabs that receive the same events in the same turn share the same columns. */
export class EventBatcher {
  readonly #codecs: Codecs;
  #last: { readonly events: readonly TabEvent[]; readonly columns: Columns } | undefined;

  constructor(codecs: Codecs) {
    this.#codecs = codecs;
  }

  /** Returns the columns of a run; all events must have the same serializer. */
  join(events: readonly TabEvent[]): Columns {
    if (this.#last !== undefined && areSame(this.#last.events, events)) return this.#last.columns;
    const columns = this.#columns(events);
    this.#last = { events, columns };
    void Promise.resolve().then(this.#forget);
    return columns;
  }

  readonly #forget = (): void => {
    this.#last = undefined;
  };

  #columns(events: readonly TabEvent[]): Columns {
    const payloads = events.map(({ payload }) => payload);
    return {
      publications: Float64Array.from(events, ({ publication }) => publication),
      details: events.every(({ details }) => isEmpty(details)) ? [] : events.map(({ details }) => details),
      payloads: this.#codecs.get(payloads[0]?.serializer ?? "json").join(payloads),
    };
  }
}

function areSame(one: readonly TabEvent[], other: readonly TabEvent[]): boolean {
  return one.length === other.length && one.every((event, index) => event === other[index]);
}

function isEmpty(details: Dict): boolean {
  for (const _ in details) return false;
  return true;
}
