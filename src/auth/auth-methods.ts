import { createAuthentication } from "./authentication.js";
import { cryptosign } from "./cryptosign.js";
import { crossbarScram, scram, wampScram } from "./scram.js";
import { ticket } from "./ticket.js";
import { anonymous, cookie } from "./unchallenged.js";
import { wampcra } from "./wampcra.js";

/** The authentication methods by their names in HELLO and in the options of `connect`. */
export const authMethods = {
  anonymous,
  cookie,
  ticket,
  wampcra,
  "wamp-scram": scram(wampScram),
  scram: scram(crossbarScram),
  cryptosign,
} as const;

/** Authentication by these methods, and by those that the application signs. */
export const authentication = /* @__PURE__ */ createAuthentication(authMethods);
