import type { Environment } from "./environment.js";
import { EventJoiner } from "./event-joiner.js";
import { EventPace } from "./event-pace.js";

/** What the outlets of a session have in common. */
export interface EventFlow {
  readonly pace: EventPace;
  readonly joiner: EventJoiner;
}

export function newEventFlow({ pause, serializers }: Pick<Environment, "pause" | "serializers">): EventFlow {
  return { pace: new EventPace(pause), joiner: new EventJoiner(serializers) };
}
