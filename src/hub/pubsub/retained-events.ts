import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { wampError } from "../error-records.js";
import { deliverTo } from "./event-delivery.js";
import { activate, subscribeOptions } from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/** Rejects a local subscription whose request for the retained event the router refused. */
type Refuse = (local: LocalSubscription, error: ErrorRecord) => void;

/** Repeats SUBSCRIBE for the next local subscription that requested the retained event, one at a time. */
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
      // The loss of the session rejects all waiting local subscriptions; a handler knows only one of them.
      lost: () => undefined,
    },
  );
}

/** Activates the local subscription whose SUBSCRIBED has arrived, delivers its early events, and continues with the next one. */
export function retainedAnswered(wire: WireSubscription, session: WireSession, refuse: Refuse): void {
  const answered = wire.retained.answered(session.received);
  if (answered !== undefined && !answered.subscriber.removed) {
    activate(answered.subscriber);
    for (const event of answered.events) deliverTo(answered.subscriber, event);
  }
  requestRetained(wire, session, refuse);
}
