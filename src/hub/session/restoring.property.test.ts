import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClientMessage } from "../../protocol/messages.js";
import { json, startTabs } from "../../testing/harness.js";
import type { MemoryRouter } from "../../testing/memory-router.js";
import { runs } from "../../testing/property-runs.js";

const PASSING = ["wamp.error.authorization_failed", "wamp.error.canceled", "com.example.error.busy"];

/** The reaction of a router to each SUBSCRIBE and REGISTER, for some time, after which the connection may be lost again. */
const phase = fc.record({
  reactions: fc.array(fc.constantFrom("answer", "silence", ...PASSING), { minLength: 1, maxLength: 5 }),
  milliseconds: fc.constantFrom(10, 500, 5_000, 15_000, 40_000),
  isLost: fc.boolean(),
});

function react(router: MemoryRouter, reactions: readonly string[]): void {
  let turn = 0;
  router.override = (message: ClientMessage) => {
    if (message.type !== "SUBSCRIBE" && message.type !== "REGISTER") return false;
    const reaction = reactions[turn++ % reactions.length];
    if (reaction === "answer" || reaction === undefined) return false;
    const { type: requestType, request } = message;
    if (reaction !== "silence")
      router.send({ type: "ERROR", requestType, request, details: {}, error: reaction, payload: json() });
    return true;
  };
}

describe("restoring under arbitrary setbacks", () => {
  it.each([0, 1])(
    "@G13 ends no handle for a reason that may pass, and brings them all back (part %i)",
    async (part) => {
      await fc.assert(
        fc.asyncProperty(fc.array(phase, { minLength: 1, maxLength: 6 }), async (phases) => {
          const { world, router, a, b } = await startTabs();
          const asked = [
            a.subscribe("com.a"),
            b.subscribe("com.a"),
            a.subscribe("com", { match: "prefix" }),
            a.register("com.f"),
            b.register("com.g", { invoke: "first" }),
          ];
          await world.settle();
          router.drop();
          for (const { reactions, milliseconds, isLost } of phases) {
            react(router, reactions);
            await world.advance(milliseconds);
            if (isLost) router.drop();
          }
          router.override = () => false;
          // Longer than any delay before an attempt, and than the wait for a router that is silent.
          await world.advance(120_000);
          expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(asked.map(() => "done"));
          for (const tab of [a, b])
            expect([...tab.of("subscription-ended"), ...tab.of("registration-ended")]).toEqual([]);
          expect(new Set(router.subscriptions)).toEqual(new Set(["exact com.a", "prefix com"]));
          expect(new Set(router.registrations)).toEqual(new Set(["exact com.f", "exact com.g"]));
        }),
        runs(150, part),
      );
    },
  );
});
