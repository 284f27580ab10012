import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";

/** The ticket itself is the answer (WAMP, "Ticket-based Authentication"), so the connection has to be encrypted. */
export const ticket: AuthMethod = (claim) => {
  let secret = "";
  return {
    method: "ticket",
    prepare: async () => {
      // Before the socket opens: the user may take longer than a router waits for AUTHENTICATE.
      secret = await claim.secret();
    },
    hello: claimedAuthid(claim),
    challenge: () => Promise.resolve({ signature: secret, extra: {} }),
  };
};

/** Returns true if AUTHENTICATE carries the expected ticket. The time it takes depends only on the lengths, not on the position of a difference. */
export function checkTicket(expected: string, signature: string): boolean {
  const encoder = new TextEncoder();
  const wanted = encoder.encode(expected);
  const given = encoder.encode(signature);
  let difference = wanted.length ^ given.length;
  for (let index = 0; index < given.length; index++) {
    // An index past the end must cost the same as one within.
    difference |= (wanted[index % wanted.length] ?? 0) ^ (given[index] ?? 0);
  }
  return difference === 0;
}
