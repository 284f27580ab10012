import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationPolicy, MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { LocalEntry } from "../local-entry.js";
import { wireKey } from "../wire-table.js";
import type { WireEntry } from "../wire-table.js";
import type { StateName, WireRegistrationState } from "./wire-registration-state.js";

/** One handler of one tab. */
export interface LocalRegistration extends LocalEntry {
  readonly handle: RegistrationHandle;
  readonly wire: WireRegistration;
  /** Maximum number of concurrent invocations. The hub enforces the limit, because the router sees all tabs as one callee. */
  readonly concurrency: number;
  running: number;
}

/** A registration as the router knows it: one entry for each procedure and match policy. */
export interface WireRegistration extends WireEntry<WireRegistrationId> {
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly invoke: InvocationPolicy;
  /** The options of the tab for which the first REGISTER is sent, or repeated after its deadline. */
  options: Dict;
  /** True if the first REGISTER asks the router to displace the registration of another session. */
  force: boolean;
  /** Ordered by time of registration, as `first`, `last` and `roundrobin` require. */
  readonly locals: LocalRegistration[];
  state: WireRegistrationState;
  /** Place of its latest REGISTER among all that the hub has sent. */
  place: number;
  /** Position of the next callee of `roundrobin`. */
  turn: number;
  /** Stops the deadline of REGISTER, or the delay before its repetition. */
  stopTimer: () => void;
}

/** Tells whether a local registration outlasts everything that may pass: it was active, or waits to be so again. */
export function lasts({ active, replayed }: LocalRegistration): boolean {
  return active || replayed;
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
    place: 0,
    turn: 0,
    stopTimer: () => undefined,
  };
}

/** The states in which the first REGISTER of an entry is sent. */
const FIRST: readonly StateName[] = ["registering", "challenging"];

/** Returns REGISTER.Options: only those that differ from the defaults. */
export function registerOptions({ options, match, invoke, force, state }: WireRegistration): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(invoke !== "single" && { invoke }),
    ...(force && FIRST.includes(state.name) && { force_reregister: true }),
  };
}
