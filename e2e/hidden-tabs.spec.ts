import { expect, test } from "./support/fixtures.js";
import { hide, show } from "./support/visibility.js";
import type { Tab } from "./support/tab.js";

/** Milliseconds; far longer than a test, so that an event which arrives has not waited for it. */
const PACE = 600_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Counts the tasks in which the page gets events of a topic: those of one batch come in the same task. */
async function watchTasks(tab: Tab, topic: string): Promise<void> {
  await tab.page.evaluate(async (topic) => {
    let task = 0;
    let ended = true;
    const record = ({ args }: { readonly args: readonly unknown[] }) => {
      if (ended) {
        ended = false;
        task += 1;
        setTimeout(() => (ended = true));
      }
      window.kit.recorder("tasks").add([task, args[0]]);
    };
    window.kit.track(topic, await window.session.subscribe(topic, record));
  }, topic);
}

const heard = (tab: Tab): Promise<unknown[]> =>
  tab.page.evaluate(() => [...window.kit.recorder("tasks").items]);

/** Resolves with the first `count` events, each with the number of its task. */
const tasks = (tab: Tab, count: number): Promise<unknown[]> => tab.events("tasks", count);

test("@G21 a hidden tab gets its events when it becomes visible, and its results at once", async ({
  tabs,
  foreign,
  uri,
}) => {
  await foreign.register(uri("p"), ({ args, result }) => result(args));
  const [visible, hidden] = await tabs.two({ hiddenPace: PACE });
  await visible.subscribe(uri("topic"));
  await watchTasks(hidden, uri("topic"));

  await hide(hidden);
  expect(await hidden.call(uri("p"), ["before"])).toBe("before");
  for (const n of numbers(10)) {
    await foreign.publish(uri("topic"), [n]);
    expect(await visible.firstArgs(uri("topic"), n + 1)).toEqual(numbers(n + 1));
  }
  expect(await heard(hidden)).toEqual([]);

  await show(hidden);
  expect(await tasks(hidden, 10)).toEqual(numbers(10).map((n) => [1, n]));
  await foreign.publish(uri("topic"), ["seen"]);
  expect((await tasks(hidden, 11)).at(-1)).toEqual([2, "seen"]);
});

test("@G21 @G10 a result takes the events that came before it along", async ({ tabs, foreign, uri }) => {
  await foreign.register(uri("p"), ({ args, result }) => result(args));
  const [visible, hidden] = await tabs.two({ hiddenPace: PACE });
  await visible.subscribe(uri("topic"));
  await watchTasks(hidden, uri("topic"));
  await hide(hidden);
  for (const n of numbers(3)) await foreign.publish(uri("topic"), [n]);
  await visible.events(uri("topic"), 3);
  expect(await heard(hidden)).toEqual([]);

  const seen = await hidden.page.evaluate(async (procedure) => {
    await window.session.call(procedure, ["x"]);
    return [...window.kit.recorder("tasks").items];
  }, uri("p"));
  expect(seen).toEqual(numbers(3).map((n) => [1, n]));
});

test("@G21 a tab that is hidden from its start gets its events when it becomes visible", async ({
  tabs,
  foreign,
  uri,
}) => {
  const visible = await tabs.open({ hiddenPace: PACE });
  const hidden = await tabs.blank({ hiddenPace: PACE });
  await hide(hidden);
  await hidden.connect();
  await visible.subscribe(uri("topic"));
  await watchTasks(hidden, uri("topic"));
  for (const n of numbers(3)) {
    await foreign.publish(uri("topic"), [n]);
    await visible.events(uri("topic"), n + 1);
  }
  expect(await heard(hidden)).toEqual([]);
  await show(hidden);
  expect(await tasks(hidden, 3)).toEqual(numbers(3).map((n) => [1, n]));
});

test("@G21 a tab that stays hidden gets its events after `hiddenPace`", async ({ tabs, foreign, uri }) => {
  const tab = await tabs.open();
  await watchTasks(tab, uri("topic"));
  await hide(tab);
  for (const n of numbers(5)) await foreign.publish(uri("topic"), [n]);
  const seen = (await tasks(tab, 5)) as [task: number, value: number][];
  expect(seen.map(([, value]) => value)).toEqual(numbers(5));
});

test("@G21 @G17 the next worker knows which tab is hidden", async ({ tabs, foreign, uri }) => {
  const [creator, visible, hidden] = await tabs.three({ hiddenPace: PACE });
  await visible.subscribe(uri("topic"));
  await watchTasks(hidden, uri("topic"));
  await hide(hidden);
  const { incarnation } = await visible.inspect();
  await creator.crash();
  await visible.inspectUntil((inspection) => inspection.incarnation !== incarnation);
  for (const tab of [visible, hidden]) {
    await tab.waitForStatus("online");
    // Requests are sent in order, so the subscription is back when this one is answered.
    await tab.subscribe(uri("fence"));
  }

  for (const n of numbers(3)) {
    await foreign.publish(uri("topic"), [n]);
    await visible.events(uri("topic"), n + 1);
  }
  expect(await heard(hidden)).toEqual([]);
  await show(hidden);
  expect(await tasks(hidden, 3)).toEqual(numbers(3).map((n) => [1, n]));
});
