import type { WireRequestId } from "../../../protocol/ids.js";
import type { Member } from "../member.js";
import type { Callee } from "./registration.js";

/** A call at its callee. It stands in the caller's table until it is answered, in the callee's until the callee has done. */
export interface Invocation {
  readonly caller: Member;
  readonly call: WireRequestId;
  readonly callee: Callee;
  readonly request: WireRequestId;
  /** Whether the callee may answer with progressive results. */
  readonly progressive: boolean;
  timer: NodeJS.Timeout | undefined;
  /** The callee was told by INTERRUPT that the call was cancelled. */
  interrupted: boolean;
}
