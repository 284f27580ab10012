import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationPolicy, MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { LocalEntry } from "../local-entry.js";
import { newLife } from "../wire-entries.js";
import type { LivingEntry } from "../wire-entries.js";
import { wireKey } from "../wire-table.js";

/** One handler of one tab. */
export interface LocalRegistration extends LocalEntry {
  readonly handle: RegistrationHandle;
  /** Its entry: one of its own, until its turn comes and it may join another one. */
  wire: WireRegistration;
  /** Maximum number of concurrent invocations. The hub enforces the limit, because the router sees all tabs as one callee. */
  readonly concurrency: number;
  running: number;
}

/** A registration as the router knows it: one entry for each procedure and match policy. */
export interface WireRegistration extends LivingEntry<WireRegistrationId, LocalRegistration> {
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly invoke: InvocationPolicy;
  /** The options of the tab for which the first REGISTER is sent, or repeated after its deadline. */
  options: Dict;
  /** True if the first REGISTER asks the router to displace the registration of another session. */
  force: boolean;
  /** Ordered by time of registration, as `first`, `last` and `roundrobin` require. */
  readonly locals: LocalRegistration[];
  /**
   * True while REGISTER is unanswered, even after its deadline. The entry stays in the table for so long, without local registrations
   * if need be: the router would refuse a second one.
   */
  isAwaited: boolean;
  /** Place of its latest REGISTER among all that the hub has sent. */
  place: number;
  /** Position of the next callee of `roundrobin`. */
  turn: number;
}

export function newWireRegistration(
  target: Pick<WireRegistration, "procedure" | "match" | "invoke" | "options" | "force">,
): WireRegistration {
  return {
    ...newLife(),
    ...target,
    key: wireKey(target.procedure, target.match),
    locals: [],
    isAwaited: false,
    place: 0,
    turn: 0,
  };
}

/** Returns REGISTER.Options: only those that differ from the defaults. */
export function registerOptions({ options, match, invoke, force, state }: WireRegistration): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(invoke !== "single" && { invoke }),
    ...(force && state === "requested" && { force_reregister: true }),
  };
}
