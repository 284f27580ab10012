import type { ErrorRecord } from "../../contract/errors.js";
import type { InvocationPolicy } from "../../contract/request-options.js";
import { ALREADY_EXISTS, wampErrorFromHub } from "../error-records.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";

const OTHER_POLICY = "wamp.error.procedure_exists_with_different_invocation_policy";

/** Returns the local registration that the policy picks among those that can take an invocation now. */
export function pickLocal(wire: WireRegistration, random: () => number): LocalRegistration | undefined {
  const { invoke, locals } = wire;
  const { length } = locals;
  const isFree = (local: LocalRegistration): boolean => local.active && local.running < local.concurrency;
  if (invoke === "last") return locals.findLast(isFree);
  if (invoke === "random") {
    const free = locals.filter(isFree);
    return free[Math.floor(random() * free.length)];
  }
  const start = invoke === "roundrobin" ? wire.turn : 0;
  for (let step = 0; step < length; step += 1) {
    // The list may have become shorter than the position because locals have left.
    const place = (start + step) % length;
    const local = locals[place];
    if (local === undefined || !isFree(local)) continue;
    wire.turn = (place + 1) % length;
    return local;
  }
  return undefined;
}

/** Returns the error with which a router would answer a second callee (WAMP, "Shared Registration"; the URIs are Crossbar.io's). */
export function refusalToJoin(wire: WireRegistration, invoke: InvocationPolicy): ErrorRecord | undefined {
  const isFree = wire.locals.length === 0;
  if (wire.invoke === invoke && (invoke !== "single" || isFree)) return undefined;
  const message = `procedure ${wire.procedure} is already registered by this session`;
  if (wire.invoke === "single" || invoke === "single") {
    const cure =
      'give all of them a shared policy, such as invoke: "roundrobin", or take it over with forceReregister';
    return wampErrorFromHub(ALREADY_EXISTS, `${message}, by one of its tabs or components: ${cure}`);
  }
  return wampErrorFromHub(OTHER_POLICY, `${message}, with the policy ${wire.invoke}`);
}
