import type { Environment } from "../environment.js";
import { EventBatcher } from "./event-batcher.js";
import { EventCoalescer } from "./event-coalescer.js";

/** What the outlets of a session have in common. */
export interface EventFlow {
  readonly pace: EventCoalescer;
  readonly joiner: EventBatcher;
}

export function newEventFlow({ pause, codecs }: Pick<Environment, "pause" | "codecs">): EventFlow {
  return { pace: new EventCoalescer(pause), joiner: new EventBatcher(codecs) };
}
