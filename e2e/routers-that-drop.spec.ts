import type { Session } from "wamp-mux";
import { quickRetry as retry, startOutage, tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import type { RouterUnderTest } from "./support/router.js";
import type { Tab } from "./support/tab.js";

// Routers queue for a session up to a bound, 64 messages in Nexus, and drop what finds the queue full: events, results, acknowledgements.
// Crossbar.io drops nothing.
const QUEUE = 64;
/** Messages that foreign sessions send at once: far below the bound, since what they lose is not the hub's fault. */
const CHUNK = 25;
/** An hour. Whatever waits for a lost answer, and not for what shows the loss, waits past the end of the test. */
const NEVER = 3_600_000;
/** Milliseconds; each lost answer of a busy tab costs up to 2 s, and no deadline would settle a request in this time. */
const WITHOUT_DEADLINE = { timeout: 40_000 };

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);

function dropping(router: RouterUnderTest): void {
  router.dev?.faults.queueLimit(QUEUE);
}

/** Makes calls at once, each with its number; `tab.settled(name)` has their results in this order. */
function startCalls(tab: Tab, name: string, procedure: string, args: readonly number[]) {
  return tab.page.evaluate(
    ([name, procedure, args]) => {
      const settled = window.kit.recorder(`${name} settled`);
      window.kit.start(name, () =>
        Promise.all(
          args.map(async (n) => {
            const answer = await window.session.call(procedure, [n]);
            settled.add(n);
            return answer;
          }),
        ),
      );
    },
    [name, procedure, args] as const,
  );
}

for (const subscribed of [false, true]) {
  for (const acknowledge of [false, true]) {
    const publications = acknowledge ? "acknowledged publications" : "publications";
    const publisher = subscribed ? "a subscribed tab" : "a tab";
    test(`@G7 ${publications} of ${publisher} settle, and so does its next call, when answers are lost`, async ({
      tabs,
      router,
      foreign,
      uri,
    }) => {
      test.slow();
      await foreign.register(uri("sum"), ({ args, result }) => result([Number(args[0]) + 1]));
      const [publishing, sibling] = await tabs.two({ requestTimeout: NEVER });
      const id = await sibling.sessionId();
      await sibling.subscribe(uri("topic"));
      if (subscribed) await publishing.subscribe(uri("topic"));
      dropping(router);
      // The hub keeps in its tables whatever it waits for in vain.
      tabs.leaveUnchecked();

      for (const count of [1_000, 2_000]) {
        await publishing.page.evaluate(
          ([topic, procedure, count, acknowledge]) => {
            const options = acknowledge ? { acknowledge, timeout: 2_000 } : {};
            const all = Array.from({ length: count }, (_, n) =>
              window.kit.outcome(window.session.publish(topic, [n], options)),
            );
            window.kit.start(`publications ${count}`, () => Promise.all(all));
            window.kit.start(`call ${count}`, () => window.session.call(procedure, [count]));
          },
          [uri("topic"), uri("sum"), count, acknowledge] as const,
        );

        await expect.poll(() => publishing.isSettled(`call ${count}`), WITHOUT_DEADLINE).toBe(true);
        expect(await publishing.settled(`call ${count}`)).toEqual({ ok: true, value: count + 1 });
        await expect.poll(() => publishing.isSettled(`publications ${count}`), WITHOUT_DEADLINE).toBe(true);
        const settled = await publishing.settled(`publications ${count}`);
        const outcomes = settled.ok ? (settled.value as { ok: boolean; error?: { name: string } }[]) : [];
        expect(outcomes).toHaveLength(count);
        const names = new Set(outcomes.map(({ ok, error }) => (ok ? "resolved" : error?.name)));
        expect([...names].filter((name) => name !== "resolved" && name !== "TimeoutError")).toEqual([]);
        if (!acknowledge) expect([...names]).toEqual(["resolved"]);
      }
      expect(await sibling.call(uri("sum"), [1])).toBe(2);
      expect(await sibling.sessionId()).toBe(id);
    });
  }
}

for (const callee of ["a foreign callee", "another tab"] as const) {
  test(`@G7 calls without a deadline that waited for an outage to end settle with the results of ${callee}`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const callers = await tabs.three({ retry });
    const other = await tabs.open({ retry });
    if (callee === "another tab") await other.register(uri("echo"), "echo");
    else await foreign.register(uri("echo"), ({ args, result }) => result(args));
    dropping(router);
    const end = await startOutage(router, [...callers, other]);
    const each = (index: number) => numbers(100, 100 * index);
    await Promise.all(callers.map((tab, index) => startCalls(tab, "calls", uri("echo"), each(index))));

    end();

    for (const [index, tab] of callers.entries()) {
      expect(await tab.settled("calls")).toEqual({ ok: true, value: each(index) });
    }
  });
}

for (const how of ["after an outage", "although the connection is lost again in the middle"]) {
  test(`@G13 subscriptions and registrations by the hundred are restored ${how}, and no handle ends`, async ({
    tabs,
    router,
    tap,
    foreign,
    uri,
  }) => {
    const tab = await tabs.open(tapped(tap, { retry }));
    const topics = numbers(1_000).map((n) => uri(`topic${n}`));
    const procedures = numbers(200).map((n) => uri(`procedure${n}`));
    await tab.page.evaluate(
      async ([topics, procedures, chunk]) => {
        const watch = (name: string, handle: Awaited<ReturnType<Session["subscribe" | "register"]>>) => {
          window.kit.track(name, handle);
          void handle.ended.then((error) => {
            if (error !== undefined) window.kit.recorder("ended").add(`${name}: ${error.message}`);
          });
        };
        const inChunks = async (uris: readonly string[], make: (uri: string) => Promise<void>) => {
          for (let at = 0; at < uris.length; at += chunk)
            await Promise.all(uris.slice(at, at + chunk).map(make));
        };
        const events = window.kit.recorder<string>("events");
        await inChunks(topics, async (topic) => {
          watch(topic, await window.session.subscribe(topic, () => events.add(topic)));
        });
        await inChunks(procedures, async (procedure) => {
          watch(procedure, await window.session.register(procedure, () => procedure));
        });
        window.kit.recorder("ended");
      },
      [topics, procedures, CHUNK] as const,
    );
    dropping(router);

    const end = await startOutage(router, [tab]);
    const middle = tap.up.waitForCount(tap.up.items.length + (topics.length + procedures.length) / 2);
    end();
    if (how !== "after an outage") {
      await middle;
      router.proxy.drop();
    }
    await tab.waitForStatus("online");
    await tab.inspectUntil(({ sessions: [session] }) => {
      const { wireSubscriptions = [], wireRegistrations = [] } = session ?? {};
      return wireSubscriptions.length === topics.length && wireRegistrations.length === procedures.length;
    });

    // Restores precede every request, so the answer to a call shows that the router has them all.
    expect(await tab.call(uri("procedure0"))).toBe(uri("procedure0"));
    for (const topic of topics) await foreign.publish(topic);
    for (const procedure of procedures) {
      expect(await foreign.call(procedure)).toMatchObject({ args: [procedure] });
    }
    expect(await tab.page.evaluate(() => window.kit.recorder("ended").items)).toEqual([]);
    expect(await tab.events("events", topics.length)).toEqual(topics);
  });
}

test("@G7 calls by the hundred of a slow procedure all reach it before the first is answered", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const callers = await tabs.three();
  const waiting = await ForeignInvocations.register(foreign, uri("slow"));
  dropping(router);

  await Promise.all(
    callers.map((tab, index) => startCalls(tab, "calls", uri("slow"), numbers(100, 100 * index))),
  );
  const invocations = await waiting.waitForCount(300);

  for (let at = 0; at < invocations.length; at += CHUNK) {
    for (const { args, result } of invocations.slice(at, at + CHUNK)) result(args);
    await expect
      .poll(async () => {
        const counts = callers.map((tab) =>
          tab.page.evaluate(() => window.kit.recorder("calls settled").items.length),
        );
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      })
      .toBe(at + CHUNK);
  }
  for (const [index, tab] of callers.entries()) {
    expect(await tab.settled("calls")).toEqual({ ok: true, value: numbers(100, 100 * index) });
  }
});
