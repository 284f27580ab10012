import { expect, test } from "./support/fixtures.js";
import { code } from "./support/wire-tap.js";

const flood = 50_000;

test(`@G23 while one tab floods ${flood} publications, another tab's calls overtake them`, async ({
  tabs,
  tap,
  foreign,
  uri,
}) => {
  test.slow();
  await foreign.register(uri("sum"), ({ args, result }) => result([Number(args[0]) + 1]));
  const [flooder, caller] = await tabs.two({ url: tap.url, serializers: ["json"] });
  const id = await caller.sessionId();
  const sent = () =>
    tap.up.items.reduce((count, message) => count + (message[0] === code.PUBLISH ? 1 : 0), 0);

  await flooder.page.evaluate(
    ([topic, count]) => {
      window.kit.start("flood", async () => {
        const all = Array.from({ length: count }, (_, n) => window.session.publish(topic, [n]));
        return (await Promise.all(all)).length;
      });
    },
    [uri("topic"), flood] as const,
  );

  const stillToCome: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    expect(await caller.call(uri("sum"), [n])).toBe(n + 1);
    stillToCome.push(flood - sent());
  }

  expect(await flooder.settled("flood")).toEqual({ ok: true, value: flood });
  // A call of the same tab goes after its publications.
  await flooder.call(uri("sum"), [1]);
  expect(sent()).toBe(flood);
  console.log(stillToCome.join(" "));
  // Had the calls waited their turn behind the flood, nothing of it would be left at the first answer.
  expect(stillToCome[0]).toBeGreaterThan(flood / 2);
  expect(stillToCome.filter((count) => count > 0).length).toBeGreaterThanOrEqual(5);
  expect(await caller.sessionId()).toBe(id);
});
