import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { json, prepareWorld } from "../../testing/harness.js";
import { runs } from "../../testing/property-runs.js";

/** The bound of Nexus. */
const BOUND = 64;

/** A burst that a tab makes at once, while it is offline or online. */
const burst = fc.record({
  tab: fc.nat(2),
  calls: fc.nat(200),
  publications: fc.nat(300),
  acknowledged: fc.boolean(),
  subscriptions: fc.nat(100),
});

describe("a router that drops what a session does not read in time", () => {
  it.each([0, 1])(
    "@G7 @G13 loses no answer to calls and restores, however many requests the tabs make at once (part %i)",
    async (part) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(burst, { minLength: 1, maxLength: 4 }),
          fc.boolean(),
          fc.boolean(),
          async (bursts, isOffline, isSubscribed) => {
            const world = prepareWorld();
            const tabs = [world.join(), world.join(), world.join()];
            await world.settle();
            const [callee] = tabs;
            callee?.register("com.double");
            if (callee !== undefined)
              callee.onInvocation = (invocation) =>
                callee.yield(invocation, callee.decode(invocation.payload));
            if (isSubscribed) callee?.subscribe("com.flood");
            await world.settle();
            world.router.queueLimit = BOUND;
            if (isOffline) {
              world.router.drop();
              await world.settle();
            }
            const calls = bursts.flatMap(
              ({ tab: index, calls, publications, acknowledged, subscriptions }, burst) => {
                const tab = tabs[index];
                if (tab === undefined) return [];
                const options = acknowledged ? { acknowledge: true } : {};
                for (let n = 0; n < subscriptions; n += 1) tab.subscribe(`com.topic.${burst}.${n}`);
                for (let n = 0; n < publications; n += 1) tab.publish("com.none", [n], options);
                return Array.from({ length: calls }, (_, n) => tab.call("com.double", [n]));
              },
            );
            await world.advance(9_000);
            expect(calls.map(({ outcome }) => outcome?.kind)).toEqual(calls.map(() => "result"));
            expect(world.router.dropped).toEqual([]);
            world.router.drop();
            await world.advance(9_000);
            const asked = tabs[1]?.call("com.double", [1]);
            await world.advance(1_000);
            expect(asked?.outcome).toMatchObject({ kind: "result", payload: json(1) });
            expect(world.router.subscriptions).toHaveLength(world.session.wireSubscriptions.length);
            expect(tabs.flatMap((tab) => tab.of("subscription-ended"))).toEqual([]);
          },
        ),
        runs(20, part),
      );
    },
  );
});
