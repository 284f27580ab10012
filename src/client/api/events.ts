import type { Arguments } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";

/** An event (WAMP, "EVENT"). Handlers of one page may be given the same arguments: they are not to be changed. */
export interface WampEvent<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> {
  /** The topic published to; with a pattern that is another one than the subscription's. */
  readonly topic: string;
  /** Positional arguments. */
  readonly args: Args;
  /** Keyword arguments. */
  readonly kwargs: Kwargs;
  /** Details of the EVENT message. */
  readonly details: Dict;
  /** Id of the publication. */
  readonly publication: number;
  /** Whether the router had kept it (WAMP, "Event Retention"). */
  readonly retained: boolean;
  /** Session id of the publisher, where it is disclosed (WAMP, "Publisher Identification"). */
  readonly publisher?: number;
  /** Authid of the publisher, where it is disclosed. */
  readonly publisherAuthid?: string;
  /** Authrole of the publisher, where it is disclosed. */
  readonly publisherAuthrole?: string;
}

/** Is called with each event, in the order of the wire. An async handler is not waited for. */
export type EventHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> = (event: WampEvent<Args, Kwargs>) => void | Promise<void>;

export function wampEvent(
  topic: string,
  { args, kwargs }: Arguments,
  publication: number,
  details: Dict,
): WampEvent {
  const { publisher, publisher_authid: authid, publisher_authrole: authrole } = details;
  // Field by field: with conditional spreads this was the dearest function of a page that gets many events.
  const event: { -readonly [Field in keyof WampEvent]: WampEvent[Field] } = {
    topic: typeof details["topic"] === "string" ? details["topic"] : topic,
    args,
    kwargs,
    details,
    publication,
    retained: details["retained"] === true,
  };
  if (typeof publisher === "number") event.publisher = publisher;
  if (typeof authid === "string") event.publisherAuthid = authid;
  if (typeof authrole === "string") event.publisherAuthrole = authrole;
  return event;
}
