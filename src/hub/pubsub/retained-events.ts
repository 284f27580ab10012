import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { Clock } from "../../web/clock.js";
import { timedOut, wampErrorOf } from "../error-records.js";
import { deliverTo } from "./event-delivery.js";
import { activate, subscribeOptions } from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

interface RetainedRequestParts {
  readonly clock: Clock;
  /** Deadline in milliseconds for SUBSCRIBED. */
  readonly timeout: number;
  /** Rejects a local subscription whose request for the retained event failed. */
  readonly refuse: (local: LocalSubscription, error: ErrorRecord) => void;
  /** Continues with the next local subscription. */
  readonly next: () => void;
}

/**
 * Repeats SUBSCRIBE for the next local subscription that needs one of its own, unless one is in flight: because it requested the retained
 * event, or because events that precede its SUBSCRIBED must not reach it. An answer that does not come holds up the others until its
 * deadline only.
 */
export function requestRetained(
  wire: WireSubscription,
  session: WireSession,
  { clock, timeout, refuse, next }: RetainedRequestParts,
): void {
  if (wire.state !== "subscribed") return;
  const local = wire.retained.next();
  if (local === undefined) return;
  const fail = (error: ErrorRecord): void => {
    wire.retained.refused();
    refuse(local, error);
    next();
  };
  let isOverdue = false;
  const stopDeadline = clock.after(timeout, () => {
    isOverdue = true;
    fail(timedOut(timeout, true));
  });
  const request = session.subscribe(
    { topic: wire.topic, options: subscribeOptions(wire, local.wantsRetained) },
    {
      answered: (answer) => {
        stopDeadline();
        if (isOverdue) return;
        if (answer.kind === "error") return fail(wampErrorOf(answer));
        retainedAnswered(wire, session);
        next();
      },
      // The loss of the session rejects all waiting local subscriptions; a handler knows only one of them.
      lost: stopDeadline,
    },
  );
  if (!isRefused(request)) return;
  stopDeadline();
  fail(request.refused);
}

/** Activates the local subscription whose SUBSCRIBED has arrived, and delivers its early events. */
export function retainedAnswered(wire: WireSubscription, session: WireSession): void {
  const answered = wire.retained.answered(session.received);
  if (answered === undefined || answered.subscriber.removed) return;
  activate(answered.subscriber);
  for (const event of answered.events) deliverTo(answered.subscriber, event);
}
