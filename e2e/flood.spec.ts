import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";

const flood = 50_000;
const calls = 200;

test(`@G23 the calls of one tab overtake a flood of ${flood} publications of another`, async ({
  tabs,
  tap,
  foreign,
  uri,
}) => {
  /** The number of publications of the flood that were still unsent when each call was answered. */
  const stillToCome: number[] = [];
  await foreign.register(uri("sum"), ({ args, result }) => {
    stillToCome.push(flood - tap.sent("PUBLISH").length);
    result([Number(args[0]) + 1]);
  });
  const [flooder, caller] = await tabs.two(tapped(tap));
  const id = await caller.sessionId();

  await flooder.page.evaluate(
    ([topic, count]) => {
      window.kit.start("flood", async () => {
        const all = Array.from({ length: count }, (_, n) => window.session.publish(topic, [n]));
        return (await Promise.all(all)).length;
      });
    },
    [uri("topic"), flood] as const,
  );
  await caller.page.evaluate(
    async ([procedure, count]) => {
      for (let n = 0; n < count; n += 1) await window.session.call(procedure, [n]);
    },
    [uri("sum"), calls] as const,
  );

  const during = stillToCome.filter((count) => count > 0 && count < flood);
  // The calls are sequential: if they waited for the queue, the first answer would arrive after the whole flood.
  expect(during.length).toBeGreaterThan(calls / 4);
  const steps = during.slice(1).map((count, n) => (during[n] ?? 0) - count);
  expect(Math.max(...steps), "publications between two answers").toBeLessThan(flood / 10);
  expect(await flooder.settled("flood")).toEqual({ ok: true, value: flood });
  // A call of the same tab is sent after its publications.
  await flooder.call(uri("sum"), [1]);
  expect(tap.sent("PUBLISH")).toHaveLength(flood);
  expect(await caller.sessionId()).toBe(id);
});
