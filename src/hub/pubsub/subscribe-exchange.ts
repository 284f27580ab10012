import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Clock } from "../../web/clock.js";
import { timedOut, wampErrorOf } from "../error-records.js";
import { restoreTimeout } from "../restoring.js";
import type { UnclaimedEvents } from "./unclaimed-events.js";
import { subscribeOptions } from "./wire-subscription.js";
import type { WireSubscription } from "./wire-subscription.js";

interface SubscribeExchangeParts {
  readonly clock: Clock;
  /** Deadline in milliseconds for SUBSCRIBED, even if no tab waits for it. */
  readonly requestTimeout: number;
  readonly unclaimed: UnclaimedEvents;
  readonly subscribed: (id: WireSubscriptionId) => void;
  readonly refused: (error: ErrorRecord) => void;
  readonly timedOut: (error: ErrorRecord) => void;
}

/**
 * Sends the SUBSCRIBE that creates or restores a wire subscription and reports its outcome; the loss of the session is reported by the
 * session itself.
 * @param forgetLost set for a repetition: forgets the SUBSCRIBE whose answer seems to be lost
 */
export function exchangeSubscribe(
  wire: WireSubscription,
  session: WireSession,
  getRetained: boolean,
  parts: SubscribeExchangeParts,
  forgetLost?: () => void,
): void {
  const { unclaimed } = parts;
  const { state } = wire;
  let isOverdue = false;
  const stopDeadline = watch(wire, session, parts, () => (isOverdue = true));
  const settle = once(() => unclaimed.subscribeAnswered());
  const request = session.request(
    { type: "SUBSCRIBE", topic: wire.topic, options: subscribeOptions(wire, getRetained) },
    {
      answered: (answer) => {
        stopDeadline();
        forgetLost?.();
        if (answer.type === "SUBSCRIBED") parts.subscribed(answer.subscription);
        else if (answer.type === "ERROR") parts.refused(wampErrorOf(answer));
        settle();
      },
      // Repeated once, because the router answers with the same id. But it would also repeat a retained event.
      overtaken: () => {
        if (wire.state !== state || isOverdue || getRetained || forgetLost || isRefused(request)) return;
        stopDeadline();
        exchangeSubscribe(wire, session, false, parts, () => {
          session.forget(request);
          settle();
        });
      },
      lost: stopDeadline,
    },
  );
  if (!isRefused(request)) return unclaimed.subscribeSent();
  stopDeadline();
  parts.refused(request.refused);
}

/** Starts the deadline of a SUBSCRIBE. */
function watch(
  wire: WireSubscription,
  session: WireSession,
  { clock, requestTimeout, timedOut: fail }: SubscribeExchangeParts,
  passed: () => void,
): () => void {
  const isRestore = wire.state === "restoring";
  const timeout = isRestore ? restoreTimeout(requestTimeout) : requestTimeout;
  const heard = session.received;
  return clock.after(timeout, () => {
    passed();
    const error = timedOut(timeout, true);
    if (isRestore && session.received === heard) session.suspect(error);
    fail(error);
  });
}

function once(task: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) task();
    isDone = true;
  };
}
