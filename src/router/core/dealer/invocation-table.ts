import type { WireRequestId } from "../../../protocol/ids.js";
import type { Member } from "../member.js";
import type { Invocation } from "./invocation.js";

interface Entries {
  /** Calls that wait for their result, by the caller's request id. */
  readonly calls: Map<WireRequestId, Invocation>;
  /** Invocations that the callee has not answered, by the id that the router assigned to them. */
  readonly invocations: Map<WireRequestId, Invocation>;
}

/** Holds invocations by caller until the call is answered, and by callee until the callee has answered. */
export class InvocationTable {
  readonly #byMember = new Map<Member, Entries>();

  add(invocation: Invocation): void {
    this.#entries(invocation.caller).calls.set(invocation.call, invocation);
    this.#entries(invocation.callee.member).invocations.set(invocation.request, invocation);
    invocation.callee.running++;
  }

  byCall(caller: Member, call: WireRequestId): Invocation | undefined {
    return this.#byMember.get(caller)?.calls.get(call);
  }

  byRequest(callee: Member, request: WireRequestId): Invocation | undefined {
    return this.#byMember.get(callee)?.invocations.get(request);
  }

  callsOf(caller: Member): Invocation[] {
    return [...(this.#byMember.get(caller)?.calls.values() ?? [])];
  }

  invocationsOf(callee: Member): Invocation[] {
    return [...(this.#byMember.get(callee)?.invocations.values() ?? [])];
  }

  /** Tells whether the caller still waits for the result. */
  isWanted(invocation: Invocation): boolean {
    return this.byCall(invocation.caller, invocation.call) === invocation;
  }

  /** Removes a call that is answered, or whose caller has left. */
  settle(invocation: Invocation): void {
    invocation.stopTimer();
    this.#byMember.get(invocation.caller)?.calls.delete(invocation.call);
  }

  /** Removes an invocation that the callee has answered, or need not answer. */
  release({ callee, request }: Invocation): void {
    if (this.#byMember.get(callee.member)?.invocations.delete(request) === true) callee.running--;
  }

  /** Forgets a session that has left; its calls and invocations have been settled and released. */
  leave(member: Member): void {
    this.#byMember.delete(member);
  }

  #entries(member: Member): Entries {
    const known = this.#byMember.get(member);
    if (known !== undefined) return known;
    const entries: Entries = { calls: new Map(), invocations: new Map() };
    this.#byMember.set(member, entries);
    return entries;
  }
}
