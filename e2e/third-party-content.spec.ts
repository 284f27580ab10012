import { expect, test } from "./support/fixtures.js";
import { Stranger } from "./support/stranger.js";
import { contents, frame } from "./support/third-party-content.js";

const seed = 20_261_126;
const generated = 120;

test.slow();

const end = { json: '["end"]', msgpack: "91a3656e64", cbor: "8163656e64" };
/** The error of a call whose first answer the router has dropped. */
const dropped = "com.e2e.dropped";
const empty = { json: "{}", msgpack: "80", cbor: "a0" };

for (const serializer of ["json", "msgpack", "cbor"] as const) {
  test(`@G23 ${serializer}: nothing that a stranger writes ends the session`, async ({
    tabs,
    router,
    uri,
  }) => {
    const cases = contents(serializer, seed, generated);
    // The callee cannot send back every value that it gets.
    tabs.expectErrors();
    const [tab, sibling] = await tabs.two({ serializers: [serializer] });
    const id = await tab.sessionId();
    await tab.page.evaluate(
      async ([topic, procedure]) => {
        const events = window.kit.recorder("events");
        const invocations = window.kit.recorder("invocations");
        const ended = window.kit.recorder<string>("end");
        const count = ({ args }: { readonly args: readonly unknown[] }): void => {
          events.add(null);
          if (args[0] === "end") ended.add("end");
        };
        window.kit.track("exact", await window.session.subscribe(topic, count));
        window.kit.track("prefix", await window.session.subscribe(topic, count, { match: "prefix" }));
        window.kit.track(
          procedure,
          await window.session.register(procedure, (args) => {
            invocations.add(null);
            return args[0];
          }),
        );
      },
      [uri("topic"), uri("first")] as const,
    );
    await sibling.register(uri("sum"), "sum");
    await using stranger = await Stranger.join(router, serializer);

    for (const { options, elements } of cases) {
      await stranger.send((request) =>
        frame(serializer, 16, request, options, { text: uri("topic") }, ...elements),
      );
      await stranger.send((request) =>
        frame(serializer, 48, request, options, { text: uri("first") }, ...elements),
      );
    }
    await stranger.register(uri("foreign"), (index, request) => {
      const { options, uri, elements } = cases[index >> 1] ?? { options: "", uri: "", elements: [] };
      const answer =
        index % 2 === 0
          ? frame(serializer, 70, request, options, ...elements)
          : frame(serializer, 8, 68, request, options, uri, ...elements);
      // Nexus drops an answer that it cannot decode. The call ends by the second one then, which is ignored otherwise.
      return [answer, frame(serializer, 8, 68, request, empty[serializer], { text: dropped })];
    });
    const outcomes = await sibling.page.evaluate(
      async ([procedure, count, dropped]) => {
        const names: Record<string, number> = {};
        for (let index = 0; index < count;) {
          const call = window.session.call(procedure, [index], { timeout: 2_000 });
          const outcome = await window.kit.outcome(call);
          const failure = outcome.ok ? "result" : outcome.error.name;
          const name = !outcome.ok && outcome.error["uri"] === dropped ? "dropped" : failure;
          // The stranger has been thrown out, and is joining again.
          if (!outcome.ok && outcome.error["uri"] === "wamp.error.no_such_procedure") continue;
          names[name] = (names[name] ?? 0) + 1;
          index += 1;
        }
        return names;
      },
      [uri("foreign"), 2 * cases.length, dropped] as const,
    );
    await stranger.send((request) =>
      frame(serializer, 16, request, empty[serializer], { text: uri("topic") }, end[serializer]),
    );
    await tab.events("end", 2);

    const { events, invocations } = await tab.page.evaluate(() => ({
      events: window.kit.recorder("events").items.length,
      invocations: window.kit.recorder("invocations").items.length,
    }));
    const told = `seed ${seed}: ${JSON.stringify({ events, invocations, outcomes, expulsions: stranger.expulsions })}`;
    expect([await tab.sessionId(), await sibling.sessionId()], told).toEqual([id, id]);
    expect(await tab.call(uri("sum"), [1, 2]), told).toBe(3);
    // The content has arrived, and not only been refused by the router.
    expect(
      Math.min(events / 2, invocations, outcomes["result"] ?? 0, outcomes["WampError"] ?? 0),
      told,
    ).toBeGreaterThan(9);
  });

  test(`@G23 ${serializer}: nothing that Autobahn|JS writes ends the session`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    // The callee cannot send back every value that it gets.
    tabs.expectErrors();
    const [tab, sibling] = await tabs.two({ serializers: [serializer] });
    const id = await tab.sessionId();
    await tab.subscribe(uri("topic"));
    await sibling.register(uri("echo"), "echo");
    const errors = ["com.example.error", "com.\u0001.x"];
    await foreign.register(uri("foreign"), ({ args: [index], error }) => error(errors[Number(index)] ?? ""));
    const values = [
      "\0bad",
      "\0AAAA",
      2 ** 60,
      -(2 ** 60),
      1e300,
      null,
      { a: "\0bad" },
      JSON.parse('{"__proto__":[]}'),
    ];

    for (const value of values as readonly unknown[]) {
      // Crossbar.io throws a client out for some values, and does not carry every value to each serializer.
      const stranger = await router.foreign();
      await stranger.publish(uri("topic"), [value], { value }).catch(() => undefined);
      await stranger.call(uri("echo"), [value], { value }).catch(() => undefined);
    }
    const answers: unknown[] = [];
    for (const index of errors.keys()) {
      const outcome = await sibling.callOutcome(uri("foreign"), [index]);
      answers.push(outcome.ok ? outcome : [outcome.error["uri"], outcome.error.message]);
    }

    expect(answers).toEqual([
      ["com.example.error", "com.example.error"],
      ["com.\u0001.x", "com.\\u0001.x"],
    ]);
    await foreign.publish(uri("topic"), ["end"]);
    expect([await tab.sessionId(), await sibling.sessionId()]).toEqual([id, id]);
    expect(await tab.call(uri("echo"), ["works"])).toBe("works");
  });
}
