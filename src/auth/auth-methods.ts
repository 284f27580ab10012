import type { Algorithms } from "./algorithms.js";
import { anonymous } from "./anonymous.js";
import { cryptosign } from "./cryptosign.js";
import { crossbarScram, wampScram } from "./scram-hash.js";
import { scram } from "./scram.js";
import { ticket } from "./ticket.js";
import { wampcra } from "./wampcra.js";

/** Returns the authentication methods by their names in HELLO and in the options of `connect`. */
export function createAuthMethods(algorithms: Algorithms) {
  return {
    anonymous,
    ticket,
    wampcra,
    "wamp-scram": scram(wampScram, algorithms),
    scram: scram(crossbarScram, algorithms),
    cryptosign: cryptosign(algorithms),
  } as const;
}
