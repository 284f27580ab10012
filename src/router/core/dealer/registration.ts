import type { WireRegistrationId } from "../../../protocol/ids.js";
import type { MatchPolicy } from "../../../protocol/uri.js";
import type { Member } from "../member.js";
import type { InvocationPolicy } from "../message-options.js";

/** One session that registered a procedure. */
export interface Callee {
  readonly member: Member;
  /** Number of invocations that the callee accepts at once. */
  readonly concurrency: number;
  running: number;
}

/** One procedure under one match policy, with its callees (WAMP, "Shared Registration"). */
export class Registration {
  readonly id: WireRegistrationId;
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly invoke: InvocationPolicy;
  /** Callees in the order in which they registered. */
  readonly callees: Callee[] = [];
  #turn = 0;

  constructor(id: WireRegistrationId, procedure: string, match: MatchPolicy, invoke: InvocationPolicy) {
    this.id = id;
    this.procedure = procedure;
    this.match = match;
    this.invoke = invoke;
  }

  has(member: Member): boolean {
    return this.callees.some((callee) => callee.member === member);
  }

  remove(member: Member): void {
    const index = this.callees.findIndex((callee) => callee.member === member);
    if (index === -1) return;
    this.callees.splice(index, 1);
    // The callee whose turn it is keeps its turn.
    if (index < this.#turn) this.#turn--;
  }

  /** Returns the callee of the next call; `undefined` if all are at their concurrency limit. */
  pick(random: () => number): Callee | undefined {
    switch (this.invoke) {
      case "single":
      case "first":
        return this.callees.find(hasRoom);
      case "last":
        return this.callees.findLast(hasRoom);
      case "random": {
        const free = this.callees.filter(hasRoom);
        return free[Math.floor(random() * free.length)];
      }
      case "roundrobin":
        return this.#next();
    }
  }

  #next(): Callee | undefined {
    const count = this.callees.length;
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const callee = this.callees[index];
      if (callee === undefined || !hasRoom(callee)) continue;
      this.#turn = (index + 1) % count;
      return callee;
    }
    return undefined;
  }
}

function hasRoom(callee: Callee): boolean {
  return callee.running < callee.concurrency;
}
