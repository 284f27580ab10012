import { anonymous } from "./anonymous.js";
import { cryptosign } from "./cryptosign.js";
import { crossbarScram, scram, wampScram } from "./scram.js";
import { ticket } from "./ticket.js";
import { wampcra } from "./wampcra.js";

/** The authentication methods by their names in HELLO and in the options of `connect`. */
export const authMethods = {
  anonymous,
  ticket,
  wampcra,
  "wamp-scram": scram(wampScram),
  scram: scram(crossbarScram),
  cryptosign,
} as const;
