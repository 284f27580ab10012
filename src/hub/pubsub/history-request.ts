import { isRefused } from "../../connection/gate/refusal.js";
import { suspectKey } from "../../connection/suspects.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { WireContext } from "../restoring.js";
import { readHistory } from "./history-answer.js";
import type { HistoryAnswer } from "./history-answer.js";

const PROCEDURE = "wamp.subscription.get_events";
/** Number of events that are asked for first, and if that was not enough. */
const FIRST_LIMIT = 2_000;
const LAST_LIMIT = 20_000;

/** The reason why there is no history. */
export type HistoryFailure = "unavailable" | "timeout";

/** A request for the history of a subscription. Nothing is called any more once it is given up. */
export interface HistoryRequest {
  giveUp(): void;
}

/**
 * Asks the router for the history of a subscription, in the turn of what is restored, which the caller has sent (`pump`) when it has the
 * request. The deadline counts from the sending; a request that waits for its turn is given up with the session. The router need not have
 * announced the feature: Crossbar.io has it and does not.
 * @param isEnough tells whether the answer reaches back far enough; if not, a longer one is asked for once
 */
export function requestHistory(
  { clock, requestTimeout, restores }: WireContext,
  subscription: WireSubscriptionId,
  isEnough: (answer: HistoryAnswer) => boolean,
  done: (outcome: HistoryAnswer | HistoryFailure) => void,
): HistoryRequest {
  let isOver = false;
  let forget = (): void => undefined;
  let stopDeadline = (): void => undefined;
  const settle = (outcome: HistoryAnswer | HistoryFailure): void => {
    if (isOver) return;
    giveUp();
    done(outcome);
  };
  const giveUp = (): void => {
    isOver = true;
    stopDeadline();
    forget();
  };
  const ask = (session: WireSession, limit: number): void => {
    const call = session.request(
      {
        type: "CALL",
        options: {},
        procedure: PROCEDURE,
        payload: session.serializer.encodePayload([subscription, limit]),
      },
      {
        answered: (answer) => {
          forget = () => undefined;
          if (isOver) return;
          const history =
            answer.type === "RESULT" ? readHistory(answer.payload, session.serializer) : undefined;
          if (history === undefined) return settle("unavailable");
          const mayBeLonger = limit < LAST_LIMIT && history.length >= limit;
          if (mayBeLonger && !isEnough(history)) ask(session, LAST_LIMIT);
          else settle(history);
        },
        // Whatever waits for the history has been told of the loss already.
        lost: giveUp,
      },
    );
    if (isRefused(call)) return settle("unavailable");
    forget = () => session.forget(call);
  };

  restores.restore(
    (session) => {
      if (isOver) return;
      stopDeadline = clock.after(requestTimeout, () => settle("timeout"));
      ask(session, FIRST_LIMIT);
    },
    suspectKey("call", PROCEDURE),
  );
  return { giveUp };
}
