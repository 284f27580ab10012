import type { WireRequestId } from "../../../protocol/ids.js";
import type { Member } from "../member.js";
import type { Callee } from "./registration.js";

/** A call that a callee is handling. */
export interface Invocation {
  readonly caller: Member;
  readonly call: WireRequestId;
  readonly callee: Callee;
  readonly request: WireRequestId;
  /** Tells whether the callee may answer with progressive results. */
  readonly progressive: boolean;
  /** Cancels the timer of the call's timeout. */
  stopTimer: () => void;
  /** True once the callee has been sent an INTERRUPT. */
  interrupted: boolean;
}
