import type { Algorithms } from "./algorithms.js";
import { createAuthentication } from "./authentication.js";
import type { Authentication } from "./authentication.js";
import { cryptosign } from "./cryptosign.js";
import { crossbarScram, wampScram } from "./scram-hash.js";
import { scram } from "./scram.js";
import { ticket } from "./ticket.js";
import { anonymous, cookie } from "./unchallenged.js";
import { wampcra } from "./wampcra.js";

/** Returns the authentication methods by their names in HELLO and in the options of `connect`. */
export function createAuthMethods(algorithms: Algorithms) {
  return {
    anonymous,
    cookie,
    ticket,
    wampcra,
    "wamp-scram": scram(wampScram, algorithms),
    scram: scram(crossbarScram, algorithms),
    cryptosign: cryptosign(algorithms),
  } as const;
}

/** Authentication by these methods, and by those that the application signs. */
export function authenticationWith(algorithms: Algorithms): Authentication {
  return createAuthentication(createAuthMethods(algorithms));
}
