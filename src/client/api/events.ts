import type { Dict } from "../../protocol/dict.js";

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
  /** Session id of the publisher, if it is disclosed (WAMP, "Publisher Identification"). */
  readonly publisher?: number;
  /** Authid of the publisher, if it is disclosed. */
  readonly publisherAuthid?: string;
  /** Authrole of the publisher, if it is disclosed. */
  readonly publisherAuthrole?: string;
}

/**
 * Handles the events of a subscription, in the order in which the router sent them. The next event does not wait for the promise of an
 * async handler.
 */
export type EventHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> = (event: WampEvent<Args, Kwargs>) => void | Promise<void>;
