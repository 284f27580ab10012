import { claimedAuthid } from "./auth-method.js";
import type { AuthMethod } from "./auth-method.js";

/** Anonymous authentication: the router sends WELCOME at once, so a challenge is refused and no secret is ever fetched. */
export const anonymous: AuthMethod = (claim) => ({
  method: "anonymous",
  prepare: () => Promise.resolve(),
  hello: claimedAuthid(claim),
  challenge: () =>
    Promise.reject(new Error("the router sent a challenge to a session that asked to be anonymous")),
});
