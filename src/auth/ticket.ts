import type { Authenticator } from "./authenticator.js";

/** The ticket itself is the answer (WAMP, "Ticket-based Authentication"): the connection must be encrypted. */
export const ticketAuthenticator: Authenticator = {
  method: "ticket",
  answer: (_challenge, ticket) => Promise.resolve({ signature: ticket, extra: {} }),
};

/** The router's check of AUTHENTICATE. Its time depends on the lengths only, not on where the two differ. */
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
