import type { Authenticator } from "./authenticator.js";

/** No authentication: the router welcomes at once, so a challenge is refused. */
export const anonymousAuthenticator: Authenticator = {
  method: "anonymous",
  answer: () =>
    Promise.reject(new Error("the router sent a challenge to a session that asked to be anonymous")),
};
