import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";
import { equalBytes, utf8 } from "./webcrypto.js";

/** The ticket itself is the answer (WAMP, "Ticket-based Authentication"), so the connection has to be encrypted. */
export const ticket: AuthMethod = (claim) => {
  let secret = "";
  return {
    method: "ticket",
    prepare: async (challenge) => {
      secret = await claim.secret(challenge);
    },
    hello: claimedAuthid(claim),
    challenge: () => Promise.resolve({ signature: secret, extra: {} }),
  };
};

/** Returns true if AUTHENTICATE carries the expected ticket. */
export function checkTicket(expected: string, signature: string): boolean {
  return equalBytes(utf8(expected), utf8(signature));
}
