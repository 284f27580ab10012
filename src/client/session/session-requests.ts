import type { RequestId } from "../../contract/ids.js";
import type { ConnectConfig } from "../../contract/session-config.js";
import { isWorkerLostError } from "../errors/outcome-errors.js";
import type { Owner } from "../requests/owner.js";
import type { Requests } from "../requests/requests.js";
import type { Identity } from "./identity.js";
import type { SessionState } from "./session-state.js";
import type { Login } from "./settings.js";

/** The requests that concern the session as a whole. If the hub is lost before it has answered, the next one gets them. */
export interface SessionRequests {
  /**
   * Lets the hub judge the options of another `connect()`. Its answer comes at once, but after those to earlier requests that it has.
   * Resolves with those that differ from the session's, in words; rejects if they are refused.
   */
  judge(options: ConnectConfig): Promise<readonly string[]>;
  /** The same for this hub alone. */
  judgeNow(options: ConnectConfig): Promise<readonly string[]>;
  /** Gives the session other credentials, for all tabs; resolves when there is a WAMP session with them. */
  reauthenticate(owner: Owner, login: Login): Promise<void>;
  /** Ends the session for all tabs; resolves when it is closed. */
  logout(outbox?: "keep" | "wipe"): Promise<void>;
}

export function createSessionRequests(
  requests: Requests,
  identity: Identity,
  state: SessionState,
): SessionRequests {
  function judgeNow(options: ConnectConfig): Promise<readonly string[]> {
    return requests.send((request) => ({
      message: { kind: "judge", request, stands: identity.standingFor(options), options },
      answer: (answer) => (answer.kind === "done" ? (answer.differences ?? []) : []),
    }));
  }

  async function authenticate(owner: Owner, login: Login): Promise<void> {
    let offered: RequestId | undefined;
    try {
      await requests.send((request) => {
        offered = request;
        identity.offer(request, login);
        return {
          message: { kind: "reauthenticate", request, auth: login.auth },
          owner,
          patience: 0,
          answer: () => undefined,
        };
      });
    } catch (error) {
      if (offered !== undefined) identity.withdraw(offered);
      throw error;
    }
  }

  return {
    judgeNow,
    judge: (options) => untilAnswered(() => judgeNow(options)),
    reauthenticate: (owner, login) => untilAnswered(() => authenticate(owner, login)),
    logout: async (outbox) => {
      try {
        await untilAnswered(() =>
          requests.send((request) => ({
            message: { kind: "logout", request, outbox },
            answer: () => undefined,
          })),
        );
      } catch (error) {
        const { status } = state;
        if (status.state !== "closed" || status.reason.kind !== "logged-out") throw error;
      }
    },
  };
}

/** Repeats a request as long as the hub is lost before it has answered. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isWorkerLostError(error)) throw error;
    }
  }
}
