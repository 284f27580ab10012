import type { ErrorRecord } from "../../contract/errors.js";
import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationPolicy, MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { wampErrorOfHub } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import type { WireSession } from "../../connection/wire-session.js";

export const ALREADY_EXISTS = "wamp.error.procedure_already_exists";
const OTHER_POLICY = "wamp.error.procedure_exists_with_different_invocation_policy";

/** One handler of one tab. */
export interface LocalRegistration {
  readonly tab: Tab;
  readonly handle: RegistrationHandle;
  readonly wire: WireRegistration;
  readonly ask: PendingRequest;
  /** Invocations that may run at once; the hub keeps it, since the router sees one callee for all tabs. */
  readonly concurrency: number;
  running: number;
  active: boolean;
  removed: boolean;
}

/** What the router knows: one entry per procedure and match policy. */
export interface WireRegistration {
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly invoke: InvocationPolicy;
  readonly options: Dict;
  /** In the order of registration, which `first`, `last` and `roundrobin` go by. */
  readonly locals: LocalRegistration[];
  state: "unregistered" | "registering" | "registered";
  id: WireRegistrationId | undefined;
  /** Position of the next callee of `roundrobin`. */
  turn: number;
  stopRetry: () => void;
}

export function newWireRegistration(
  what: Pick<WireRegistration, "procedure" | "match" | "invoke" | "options">,
): WireRegistration {
  return { ...what, locals: [], state: "unregistered", id: undefined, turn: 0, stopRetry: () => undefined };
}

/** What the table of wire registrations goes by. */
export const keyOf = (procedure: string, match: MatchPolicy): string => `${match} ${procedure}`;

/** Options of the REGISTER. */
export function registerOptions({ options, match, invoke }: WireRegistration, force: boolean): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(invoke !== "single" && { invoke }),
    ...(force && { force_reregister: true }),
  };
}

/** The one that the policy chooses of those that can take an invocation now. */
export function pickLocal(wire: WireRegistration, random: () => number): LocalRegistration | undefined {
  const free = (local: LocalRegistration): boolean => local.active && local.running < local.concurrency;
  switch (wire.invoke) {
    case "single":
    case "first":
      return wire.locals.find(free);
    case "last":
      return wire.locals.findLast(free);
    case "random": {
      const able = wire.locals.filter(free);
      return able[Math.floor(random() * able.length)];
    }
    case "roundrobin": {
      const { locals, turn } = wire;
      const index = locals.findIndex((_, step) => free(locals[(turn + step) % locals.length] ?? never()));
      if (index < 0) return undefined;
      const chosen = (turn + index) % locals.length;
      wire.turn = (chosen + 1) % locals.length;
      return locals[chosen];
    }
  }
}

/** As a router would answer a second callee (WAMP, "Shared Registration"; the URIs are Crossbar.io's). */
export function refusalToJoin(wire: WireRegistration, invoke: InvocationPolicy): ErrorRecord | undefined {
  const everybodyLeft = wire.locals.length === 0;
  if (wire.invoke === invoke && (invoke !== "single" || everybodyLeft)) return undefined;
  const what = `procedure ${wire.procedure} is registered by this session already`;
  if (wire.invoke === "single" || invoke === "single") return wampErrorOfHub(ALREADY_EXISTS, what);
  return wampErrorOfHub(OTHER_POLICY, `${what}, with the policy ${wire.invoke}`);
}

export function lackingFeature(
  match: MatchPolicy,
  invoke: InvocationPolicy,
  session: WireSession,
): string | undefined {
  if (match !== "exact" && !session.features.patternBasedRegistration) return "pattern_based_registration";
  if (invoke !== "single" && !session.features.sharedRegistration) return "shared_registration";
  return undefined;
}

function never(): never {
  throw new Error("An index within bounds is out of bounds");
}
