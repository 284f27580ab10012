import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { timedOut, wampErrorOf } from "../error-records.js";
import type { WireContext } from "../restoring.js";
import { deliverTo } from "./event-delivery.js";
import { HOLD_DEADLINE } from "./publisher-exclusion.js";
import { activateSubscription, subscribeOptions } from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/**
 * Repeats SUBSCRIBE for the next local subscription that needs one of its own, unless one is in flight: because it requested the retained
 * event, or because events that precede its SUBSCRIBED must not reach it. An answer that does not come holds up the others for as long as
 * the router usually takes; for longer with each answer that is overdue, so that a silent router is not flooded.
 * @param refuse rejects a local subscription whose request failed
 */
export function requestRetained(
  context: WireContext,
  wire: WireSubscription,
  session: WireSession,
  refuse: (local: LocalSubscription, error: ErrorRecord) => void,
): void {
  const { state, retained } = wire;
  const local = state === "established" ? retained.next() : undefined;
  if (local === undefined) return;
  const { clock, requestTimeout } = context;
  let isOver = false;
  const next = (): void => requestRetained(context, wire, session, refuse);
  // The local subscription goes on waiting: a repetition might bring it the retained event twice.
  const pass = (): void => void (retained.pass(local) && next());
  const giveUp = (error: ErrorRecord): void => {
    end();
    retained.refused(local);
    refuse(local, error);
    next();
  };
  const timers = [
    clock.after(requestTimeout, () => giveUp(timedOut(requestTimeout, true))),
    clock.after(session.answerTimeout * 2 ** retained.overdue, pass),
  ];
  const end = (): void => {
    isOver = true;
    for (const stop of timers) stop();
  };
  const request = session.request(
    { type: "SUBSCRIBE", topic: wire.topic, options: subscribeOptions(wire, local.wantsRetained) },
    {
      answered: (answer) => {
        if (isOver) return;
        if (answer.type === "ERROR") return giveUp(wampErrorOf(answer));
        end();
        retainedAnswered(local, session);
        next();
      },
      overtaken: () => {
        pass();
        if (local.wantsRetained || isOver) return;
        // The router has most probably dealt with everything that was sent before, so no event from before can follow.
        const release = (): void => {
          end();
          retained.refused(local);
          if (!local.removed) activateSubscription(local);
        };
        timers.push(clock.after(HOLD_DEADLINE, release));
      },
      // The loss of the session rejects all waiting local subscriptions; a handler knows only one of them.
      lost: end,
    },
  );
  if (isRefused(request)) giveUp(request.refused);
}

/** Activates the local subscription whose SUBSCRIBED has arrived, and delivers its early events. */
export function retainedAnswered(local: LocalSubscription, session: WireSession): void {
  const events = local.wire.retained.answered(local, session.received);
  if (local.removed) return;
  activateSubscription(local);
  for (const event of events) deliverTo(local, event);
}
