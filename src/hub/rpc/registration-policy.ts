import type { ErrorRecord } from "../../contract/errors.js";
import type { InvocationPolicy } from "../../contract/request-options.js";
import { wampErrorFromHub } from "../error-records.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";

export const ALREADY_EXISTS = "wamp.error.procedure_already_exists";
const OTHER_POLICY = "wamp.error.procedure_exists_with_different_invocation_policy";

/** Returns the local registration that the policy picks among those that can take an invocation now. */
export function pickLocal(wire: WireRegistration, random: () => number): LocalRegistration | undefined {
  const isFree = (local: LocalRegistration): boolean => local.active && local.running < local.concurrency;
  switch (wire.invoke) {
    case "single":
    case "first":
      return wire.locals.find(isFree);
    case "last":
      return wire.locals.findLast(isFree);
    case "random": {
      const free = wire.locals.filter(isFree);
      return free[Math.floor(random() * free.length)];
    }
    case "roundrobin": {
      const { locals } = wire;
      // The list may have become shorter than the position because locals have left.
      const turn = wire.turn % locals.length;
      const inTurn = [...locals.slice(turn), ...locals.slice(0, turn)];
      const chosen = inTurn.find(isFree);
      if (chosen !== undefined) wire.turn = (locals.indexOf(chosen) + 1) % locals.length;
      return chosen;
    }
  }
}

/** Returns the error with which a router would answer a second callee (WAMP, "Shared Registration"; the URIs are Crossbar.io's). */
export function refusalToJoin(wire: WireRegistration, invoke: InvocationPolicy): ErrorRecord | undefined {
  const isFree = wire.locals.length === 0;
  if (wire.invoke === invoke && (invoke !== "single" || isFree)) return undefined;
  const message = `procedure ${wire.procedure} is already registered by this session`;
  if (wire.invoke === "single" || invoke === "single") return wampErrorFromHub(ALREADY_EXISTS, message);
  return wampErrorFromHub(OTHER_POLICY, `${message}, with the policy ${wire.invoke}`);
}
