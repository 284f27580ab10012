import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { Answer } from "../../protocol/messages.js";
import type { Clock } from "../../web/clock.js";
import { timedOut, wampErrorOf } from "../error-records.js";
import { restoreTimeout } from "../restoring.js";
import { ALREADY_EXISTS } from "./registration-policy.js";
import { registerOptions } from "./wire-registration.js";
import type { WireRegistration } from "./wire-registration.js";
import type { WireRegistrationEvent } from "./wire-registration-state.js";

interface RegisterExchangeParts {
  readonly clock: Clock;
  /** Deadline in milliseconds for REGISTERED, even if no tab waits for it. */
  readonly requestTimeout: number;
  readonly registered: (id: WireRegistrationId) => void;
  readonly failed: (event: WireRegistrationEvent) => void;
}

/** Sends REGISTER and reports its outcome; the loss of the session is reported by the session itself. */
export function exchangeRegister(
  wire: WireRegistration,
  session: WireSession,
  { clock, requestTimeout, registered, failed }: RegisterExchangeParts,
): void {
  const refused = (error: ErrorRecord, uri?: string): void => {
    const name = uri === ALREADY_EXISTS ? "already exists" : isFinal(error) ? "refused" : "refused for now";
    failed({ name, error });
  };
  const answered = (answer: Answer): void => {
    if (answer.type === "REGISTERED") registered(answer.registration);
    else if (answer.type === "ERROR") refused(wampErrorOf(answer), answer.error);
  };
  const isRestore = wire.state.name === "restoring";
  const timeout = isRestore ? restoreTimeout(requestTimeout) : requestTimeout;
  const heard = session.received;
  wire.stopTimer();
  wire.stopTimer = clock.after(timeout, () => {
    const error = timedOut(timeout, true);
    if (isRestore && session.received === heard) session.suspect(error);
    failed({ name: "deadline passed", error });
  });
  const { procedure } = wire;
  const request = session.request(
    { type: "REGISTER", procedure, options: registerOptions(wire) },
    { answered, lost: () => undefined },
  );
  if (isRefused(request)) refused(request.refused);
}
