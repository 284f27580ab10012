import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";

/** No authentication: the router sends WELCOME at once, so a challenge is refused and no secret is ever fetched. */
export const anonymous = unchallenged("anonymous");

/** The browser sends the cookie by which the router knows the session, with the request for the WebSocket. */
export const cookie = unchallenged("cookie");

function unchallenged(method: string): AuthMethod {
  return (claim) => ({
    method,
    prepare: () => Promise.resolve(),
    hello: claimedAuthid(claim),
    challenge: () =>
      Promise.reject(new Error(`the router sent a challenge for the method "${method}", which has none`)),
  });
}
