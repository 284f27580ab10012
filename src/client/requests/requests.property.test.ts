import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TabRequest } from "../../contract/requests.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { encoded, resultNotice } from "../testing/fake-hub.js";
import { createRequests, SLACK } from "./requests.js";
import { runs } from "../../testing/property-runs.js";

const PATIENCE = 300;

/** One request, and all that has happened to it. */
interface Asked {
  readonly abort: AbortController;
  readonly since: number;
  readonly timeout: number;
  /** Clock times at which it was settled, and with what. */
  readonly settlements: { readonly at: number; readonly outcome: string }[];
}

type Step =
  | { readonly kind: "ask"; readonly timeout: number; readonly fail: boolean; readonly kill: boolean }
  | { readonly kind: "abort"; readonly which: number }
  | { readonly kind: "answer"; readonly which: number }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "hub lost" }
  | { readonly kind: "attached" };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("ask" as const),
      timeout: fc.constantFrom(0, 1, 50, 500),
      fail: fc.boolean(),
      kill: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("abort" as const), which: fc.nat() }),
    fc.record({ kind: fc.constant("answer" as const), which: fc.nat() }),
    fc.record({ kind: fc.constant("pass" as const), milliseconds: fc.constantFrom(1, 49, 60, 700, 3_000) }),
    fc.constant({ kind: "hub lost" as const }),
    fc.constant({ kind: "attached" as const }),
  ),
  { maxLength: 40 },
);

/** The requests of a page whose hub comes and goes. */
class Model {
  readonly clock = new FakeClock();
  readonly asked: Asked[] = [];
  /** The unanswered messages that the present hub has received. */
  received: TabRequest[] = [];
  /** The messages that all hubs have received. */
  readonly all: TabRequest[] = [];
  hasHub = false;
  readonly requests = createRequests({
    clock: this.clock,
    patience: PATIENCE,
    post: (request) => {
      expect(this.hasHub).toBe(true);
      if (request instanceof Promise) throw new Error("No request of this test is still being made");
      this.received.push(request);
      this.all.push(request);
    },
    maxRequests: Infinity,
  });

  ask(timeout: number, offline: "fail" | "wait", kill: boolean): void {
    const asked: Asked = {
      abort: new AbortController(),
      since: this.clock.now(),
      timeout,
      settlements: [],
    };
    const settled = (outcome: string): void => void asked.settlements.push({ at: this.clock.now(), outcome });
    this.asked.push(asked);
    this.requests
      .send((request) => ({
        message: {
          kind: "call",
          request,
          procedure: String(this.asked.indexOf(asked)),
          options: {},
          payload: encoded([]),
          timeout,
          offline,
        },
        answer: () => "answer",
        signal: asked.abort.signal,
        ...(kill && { cancelMode: "kill" as const }),
      }))
      .then(settled, (error: unknown) => settled(error instanceof Error ? error.name : String(error)));
  }

  /** Settles one request that the hub has received and not answered. */
  answer(which: number): void {
    const calls = this.received.filter(({ kind }) => kind === "call");
    const call = calls[which % Math.max(1, calls.length)];
    if (call?.kind !== "call") return;
    this.received = this.received.filter((each) => each !== call);
    this.requests.answered(resultNotice(call.request, []) as never);
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "ask":
        this.ask(step.timeout, step.fail ? "fail" : "wait", step.kill);
        break;
      case "abort":
        this.asked[step.which % Math.max(1, this.asked.length)]?.abort.abort("aborted");
        break;
      case "answer":
        this.answer(step.which);
        break;
      case "pass":
        // Millisecond by millisecond would be exact as well, and slow.
        for (let left = step.milliseconds; left > 0;) {
          const next = Math.min(left, Math.max(1, (this.clock.nextDue ?? Infinity) - this.clock.now()));
          this.clock.advance(next);
          left -= next;
          await microtasks();
        }
        break;
      case "hub lost":
        this.hasHub = false;
        this.received = [];
        this.requests.hubLost(() => new WorkerLostError("lost"));
        break;
      case "attached":
        if (this.hasHub) break;
        this.hasHub = true;
        this.requests.attached(() => undefined);
    }
    await microtasks();
    this.check();
  }

  check(): void {
    for (const { since, timeout, settlements } of this.asked) {
      const bound = timeout + (this.hasHub ? SLACK : 0);
      if (timeout > 0 && settlements.length === 0)
        expect(this.clock.now() - since, "it is pending after its deadline").toBeLessThan(bound);
    }
    for (const message of this.all) {
      if (message.kind !== "call") continue;
      const { timeout } = this.asked[Number(message.procedure)] ?? { timeout: NaN };
      expect(message.timeout === 0).toBe(timeout === 0);
      expect(message.timeout).toBeLessThanOrEqual(timeout);
    }
  }
}

async function microtasks(): Promise<void> {
  for (let rounds = 0; rounds < 8; rounds += 1) await Promise.resolve();
}

describe("the requests of a page whose worker comes, hangs and goes", () => {
  it("@G7 @G9 settle exactly once, without a worker at their deadline, and reach one worker at most", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const model = new Model();
        for (const step of sequence) await model.take(step);
        await model.take({ kind: "hub lost" });
        for (const { abort } of model.asked) abort.abort("the end");
        await microtasks();
        expect(model.asked.map(({ settlements }) => settlements.length)).toEqual(model.asked.map(() => 1));
        const calls = model.all.flatMap((each) => (each.kind === "call" ? [each.procedure] : []));
        expect(new Set(calls).size).toBe(calls.length);
        expect(model.clock.pending).toBe(0);
      }),
      runs(500),
    );
  });
});
