import { isWorkerLostError } from "../errors/outcome-errors.js";
import type { Requests } from "../requests/requests.js";
import type { SessionState } from "./session-state.js";

/** Ends the session for all tabs, in the next worker if this one dies before; resolves when it is closed. */
export async function logout(
  requests: Pick<Requests, "send">,
  state: Pick<SessionState, "status">,
  outbox?: "keep" | "wipe",
): Promise<void> {
  try {
    await requests.send((request) => ({
      message: { kind: "logout", request, outbox },
      answer: () => undefined,
    }));
  } catch (error) {
    if (isWorkerLostError(error)) return await logout(requests, state, outbox);
    const { status } = state;
    if (status.state !== "closed" || status.reason.kind !== "logged-out") throw error;
  }
}
