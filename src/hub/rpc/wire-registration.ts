import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationPolicy, MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { wireKey } from "../wire-table.js";
import type { WireEntry } from "../wire-table.js";
import type { WireRegistrationState } from "./wire-registration-state.js";

/** One handler of one tab. */
export interface LocalRegistration {
  readonly tab: Tab;
  readonly handle: RegistrationHandle;
  readonly wire: WireRegistration;
  /** The tab's request to register. */
  readonly pending: PendingRequest;
  /** Maximum number of concurrent invocations. The hub enforces the limit, because the router sees all tabs as one callee. */
  readonly concurrency: number;
  running: number;
  /** True once the request has been resolved; from then on the tab may get invocations. */
  active: boolean;
}

/** A registration as the router knows it: one entry for each procedure and match policy. */
export interface WireRegistration extends WireEntry<WireRegistrationId> {
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly invoke: InvocationPolicy;
  readonly options: Dict;
  /** True if the first REGISTER asks the router to displace the registration of another session. */
  readonly force: boolean;
  /** Ordered by time of registration, as `first`, `last` and `roundrobin` require. */
  readonly locals: LocalRegistration[];
  state: WireRegistrationState;
  /** Position of the next callee of `roundrobin`. */
  turn: number;
  /** Stops the deadline of REGISTER, or the delay before its repetition. */
  stopTimer: () => void;
}

export function newWireRegistration(
  target: Pick<WireRegistration, "procedure" | "match" | "invoke" | "options" | "force">,
): WireRegistration {
  return {
    ...target,
    key: wireKey(target.procedure, target.match),
    id: undefined,
    locals: [],
    state: { name: "unregistered", attempt: 0 },
    turn: 0,
    stopTimer: () => undefined,
  };
}

/** Returns REGISTER.Options: only those that differ from the defaults. */
export function registerOptions({ options, match, invoke, force, state }: WireRegistration): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(invoke !== "single" && { invoke }),
    ...(force && state.name === "registering" && { force_reregister: true }),
  };
}
