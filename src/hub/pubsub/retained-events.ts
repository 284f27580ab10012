import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { Clock } from "../../web/clock.js";
import { timedOut, wampErrorOf } from "../error-records.js";
import { deliverTo } from "./event-delivery.js";
import { HOLD_DEADLINE } from "./publisher-exclusion.js";
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
 * event, or because events that precede its SUBSCRIBED must not reach it. An answer that does not come holds up the others for as long as
 * the router usually takes; for longer with each answer that is overdue, so that a silent router is not flooded.
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
    stopDeadlines();
    wire.retained.refused(local);
    refuse(local, error);
    next();
  };
  // The local subscription goes on waiting: a repetition might bring it the retained event twice.
  const pass = (): void => void (wire.retained.pass(local) && next());
  let isOver = false;
  const stopDeadline = clock.after(timeout, () => {
    isOver = true;
    fail(timedOut(timeout, true));
  });
  const stopPatience = clock.after(session.answerTimeout * 2 ** wire.retained.overdue, pass);
  let stopHold = (): void => undefined;
  const stopDeadlines = (): void => {
    stopDeadline();
    stopPatience();
    stopHold();
  };
  const request = session.request(
    { type: "SUBSCRIBE", topic: wire.topic, options: subscribeOptions(wire, local.wantsRetained) },
    {
      answered: (answer) => {
        stopDeadlines();
        if (isOver) return;
        if (answer.type === "ERROR") return fail(wampErrorOf(answer));
        if (!wire.retained.isInFlight(local)) return answeredLate(local, session);
        retainedAnswered(wire, session);
        next();
      },
      overtaken: () => {
        stopPatience();
        pass();
        if (local.wantsRetained || isOver) return;
        // The router has most probably dealt with everything that was sent before, so no event from before can follow.
        stopHold = clock.after(HOLD_DEADLINE, () => {
          stopDeadline();
          isOver = true;
          wire.retained.refused(local);
          if (!local.removed) activate(local);
        });
      },
      // The loss of the session rejects all waiting local subscriptions; a handler knows only one of them.
      lost: stopDeadlines,
    },
  );
  if (isRefused(request)) fail(request.refused);
}

function answeredLate(local: LocalSubscription, session: WireSession): void {
  const events = local.wire.retained.answeredLate(local, session.received);
  if (local.removed) return;
  activate(local);
  for (const event of events) deliverTo(local, event);
}

/** Activates the local subscription whose SUBSCRIBED has arrived, and delivers its early events. */
export function retainedAnswered(wire: WireSubscription, session: WireSession): void {
  const answered = wire.retained.answered(session.received);
  if (answered === undefined || answered.subscriber.removed) return;
  activate(answered.subscriber);
  for (const event of answered.events) deliverTo(answered.subscriber, event);
}
