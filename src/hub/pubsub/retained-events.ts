import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { wampError } from "../error-records.js";
import { deliverTo } from "./event-delivery.js";
import { activate, subscribeOptions } from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/** Retained events kept for SUBSCRIBEs that have not been answered; the oldest are dropped. */
const UNCLAIMED_KEPT = 1_000;

/** Keeps retained events that arrive before the SUBSCRIBED with their subscription's id. */
export class UnclaimedEvents {
  #events: EventMessage[] = [];
  #subscribing = 0;

  /** Counts a SUBSCRIBE that is being sent. */
  subscribeSent(): void {
    this.#subscribing += 1;
  }

  /** Counts the answer, after its events have been claimed. With the last answer the other events belong to no subscription. */
  subscribeAnswered(): void {
    this.#subscribing -= 1;
    if (this.#subscribing === 0) this.#events = [];
  }

  /** Keeps an event, if a SUBSCRIBED may still claim it. */
  add(event: EventMessage): void {
    if (this.#subscribing > 0 && this.#events.push(event) > UNCLAIMED_KEPT) this.#events.shift();
  }

  /** Takes the events of a subscription out. */
  claim(id: WireSubscriptionId): readonly EventMessage[] {
    const claimed = this.#events.filter(({ subscription }) => subscription === id);
    if (claimed.length > 0) this.#events = this.#events.filter(({ subscription }) => subscription !== id);
    return claimed;
  }

  /** Forgets the events and the SUBSCRIBEs of a session that is lost. */
  reset(): void {
    this.#events = [];
    this.#subscribing = 0;
  }
}

/** Rejects a local subscription whose request for the retained event the router refused. */
type Refuse = (local: LocalSubscription, error: ErrorRecord) => void;

/** Repeats SUBSCRIBE for the next local subscription that asked for the retained event, one at a time. */
export function requestRetained(wire: WireSubscription, session: WireSession, refuse: Refuse): void {
  if (wire.state !== "subscribed") return;
  const local = wire.retained.next();
  if (local === undefined) return;
  session.subscribe(
    { topic: wire.topic, options: subscribeOptions(wire, true) },
    {
      answered: (answer) => {
        if (answer.kind !== "error") return retainedAnswered(wire, session, refuse);
        wire.retained.refused();
        refuse(local, wampError(answer.uri, answer.details, answer.payload));
        requestRetained(wire, session, refuse);
      },
      // The loss of the session rejects all that wait; a handler knows only one of them.
      lost: () => undefined,
    },
  );
}

/** Activates the local subscription whose SUBSCRIBED has arrived, delivers its early events, and goes on with the next one. */
export function retainedAnswered(wire: WireSubscription, session: WireSession, refuse: Refuse): void {
  const answered = wire.retained.answered(session.received);
  if (answered !== undefined && !answered.subscriber.removed) {
    activate(answered.subscriber);
    for (const event of answered.events) deliverTo(answered.subscriber, event);
  }
  requestRetained(wire, session, refuse);
}
