import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { json } from "../../testing/harness.js";
import type { NoticeSender } from "../tab/notice-sender.js";
import type { PendingPublication } from "./pending-publications.js";
import { HOLD_DEADLINE, PublisherExclusion } from "./publisher-exclusion.js";
import { runs } from "../../testing/property-runs.js";

type Step =
  | { readonly do: "publish" | "foreign event"; readonly topic: string }
  | { readonly do: "own event" | "PUBLISHED" | "ERROR"; readonly which: number }
  | { readonly do: "wait"; readonly milliseconds: number };

const topics = ["com.a", "com.b"];
const topic = fc.constantFrom(...topics);
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("publish", "foreign event"), topic }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("own event", "PUBLISHED"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ERROR"), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(1, 150, 900, 2_000) }),
  },
);

interface Publication {
  readonly id: number;
  readonly topic: string;
  readonly pending: PendingPublication;
  state: "out" | "published" | "refused";
  hasEvent: boolean;
}

/** An event in the model: it is due as soon as no publication that was out at its arrival is, or after the deadline. */
interface Arrival {
  readonly id: number;
  readonly arrived: number;
  readonly own: Publication | undefined;
  readonly suspects: readonly Publication[];
}

/** The exclusion of one tab that is subscribed to all topics, with a model beside it that looks at everything again at each step. */
class Run {
  readonly clock = new FakeClock();
  readonly delivered: { readonly id: number; readonly at: number }[] = [];
  /** Deliveries of the model. */
  readonly expected: { readonly id: number; readonly at: number }[] = [];
  readonly #exclusion: PublisherExclusion;
  readonly #match: MatchPolicy;
  readonly #publications: Publication[] = [];
  readonly #arrivals: Arrival[] = [];
  #lastId = 0;

  constructor(match: MatchPolicy) {
    const notices = {
      pushEvent: ({ publication }: { readonly publication: number }) =>
        this.delivered.push({ id: publication, at: this.clock.now() }),
    };
    this.#match = match;
    this.#exclusion = new PublisherExclusion(notices as unknown as NoticeSender, this.clock);
  }

  take(one: Step): void {
    switch (one.do) {
      case "publish": {
        const pending = this.#exclusion.expect(one.topic);
        const id = ++this.#lastId;
        this.#publications.push({ id, topic: one.topic, pending, state: "out", hasEvent: false });
        return;
      }
      case "foreign event":
        return this.#event(++this.#lastId, one.topic, undefined);
      case "own event": {
        const own = this.#pick(one.which, ({ hasEvent, state }) => !hasEvent && state !== "refused");
        if (own === undefined) return;
        own.hasEvent = true;
        return this.#event(own.id, own.topic, own);
      }
      case "PUBLISHED": {
        const answered = this.#pick(one.which, ({ state }) => state === "out");
        if (answered === undefined) return;
        answered.state = "published";
        return this.#exclusion.exclude(answered.pending, answered.id);
      }
      case "ERROR": {
        const refused = this.#pick(one.which, ({ state, hasEvent }) => state === "out" && !hasEvent);
        if (refused === undefined) return;
        refused.state = "refused";
        return this.#exclusion.release(refused.pending);
      }
      case "wait":
        return this.clock.advance(one.milliseconds);
    }
  }

  /** Events that the exclusion holds, and those that the model still waits for. */
  get waiting(): { readonly held: number; readonly expected: number } {
    return { held: this.#exclusion.held, expected: this.#arrivals.length };
  }

  /** Brings the model to the present. */
  update(): void {
    for (let [first] = this.#arrivals; first !== undefined; [first] = this.#arrivals) {
      const isOwn = first.own?.state === "published";
      const mustWait = first.suspects.some(({ state }) => state === "out");
      if (!isOwn && mustWait && this.clock.now() < first.arrived + HOLD_DEADLINE) return;
      this.#arrivals.shift();
      if (!isOwn) this.expected.push({ id: first.id, at: this.clock.now() });
    }
  }

  /** Time at which the model delivers the first event at the latest. */
  get nextDue(): number | undefined {
    const [first] = this.#arrivals;
    return first && first.arrived + HOLD_DEADLINE;
  }

  #event(id: number, topic: string, own: Publication | undefined): void {
    // Once PUBLISHED is known, the tab's own event is recognized at its arrival.
    const isKnown = own?.state === "published";
    const suspects = this.#publications.filter((one) => one.topic === topic && one.state === "out");
    if (!isKnown) this.#arrivals.push({ id, arrived: this.clock.now(), own, suspects });
    const details = this.#match === "exact" ? {} : { topic };
    const source = { topic: this.#match === "exact" ? topic : "com.", match: this.#match };
    const handle = 1 as SubscriptionHandle;
    const group = { locals: [{ handle, removed: false }], target: handle };
    this.#exclusion.offer({ publication: id, details, payload: json() }, group, source, true);
  }

  #pick(which: number, passes: (one: Publication) => boolean): Publication | undefined {
    const passing = this.#publications.filter(passes);
    return passing[which % passing.length];
  }
}

/** Cuts long waits at the deadlines of the model, so that it sees each of them in time. */
function takeStep(run: Run, one: Step): void {
  if (one.do !== "wait") {
    run.take(one);
    return run.update();
  }
  const end = run.clock.now() + one.milliseconds;
  for (let due = run.nextDue; due !== undefined && due <= end; due = run.nextDue) {
    run.take({ do: "wait", milliseconds: Math.max(0, due - run.clock.now()) });
    run.update();
  }
  run.take({ do: "wait", milliseconds: end - run.clock.now() });
}

describe("publisher exclusion under arbitrary publications, events, answers and delays", () => {
  it.each(["exact", "prefix"] as const)(
    "@G4 @G10 delivers every event of others once, in order, as soon as it cannot be the tab's own, and after 2 s at the latest (%s)",
    (match) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), (steps) => {
          const run = new Run(match);
          for (const one of steps) {
            takeStep(run, one);
            expect(run.delivered).toEqual(run.expected);
            expect(run.waiting.held).toBe(run.waiting.expected);
          }
          takeStep(run, { do: "wait", milliseconds: HOLD_DEADLINE });
          expect(run.delivered).toEqual(run.expected);
          expect([run.waiting, run.clock.pending]).toEqual([{ held: 0, expected: 0 }, 0]);
        }),
        runs(400),
      );
    },
  );
});
