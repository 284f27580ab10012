import type { Dict } from "../../protocol/dict.js";
import type { Gap } from "./gap.js";
import type { Annotatable } from "./annotatable.js";

/** An event (WAMP, "EVENT"). Handlers of the same tab may share its arguments, so a handler must not modify them. */
export interface WampEvent<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> {
  /** The topic that was published to; for a pattern-based subscription, the URI that matched the pattern. */
  readonly topic: string;
  /** Positional arguments. */
  readonly args: Args;
  /** Keyword arguments. */
  readonly kwargs: Kwargs;
  /** Details of the EVENT message. */
  readonly details: Dict;
  /** Id of the publication. */
  readonly publication: number;
  /** True if the router had retained the event (WAMP, "Event Retention"). */
  readonly retained: boolean;
  /** True if the event was missed, and fetched from the router's event history (`catchUp`). */
  readonly recovered: boolean;
  /** Set if events are missing before this one: the gap that `onGap` was told; from the beginning of the first one if it was told several. */
  readonly gap?: Gap;
  /** Session id of the publisher, if it is disclosed (WAMP, "Publisher Identification"). */
  readonly publisher?: number;
  /** Authid of the publisher, if it is disclosed. */
  readonly publisherAuthid?: string;
  /** Authrole of the publisher, if it is disclosed. */
  readonly publisherAuthrole?: string;
}

/**
 * Handles the events of a subscription, in the order in which the router sent them. Its result is ignored: the next event does not wait for
 * the promise of an async handler, whose rejection is reported as an uncaught error.
 *
 * The parameter may be annotated where the API's type says nothing of the arguments; it is not checked that they are of that type.
 */
export type EventHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> = Annotatable<Args, (event: WampEvent<Args, Kwargs>) => unknown>;
