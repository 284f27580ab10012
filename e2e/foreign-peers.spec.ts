import { peerSerializers } from "./peers/peer.js";
import { expect } from "./support/fixtures.js";
import { lacks, needs, shows } from "./support/needs.js";
import { libraries, test } from "./support/peers.js";
import type { Tab } from "./support/tab.js";

/** Values that every serializer and both peers carry, each as the peer sees it. */
const values: readonly (readonly [value: unknown, seen: unknown])[] = [
  [null, "null"],
  [true, "true"],
  [false, "false"],
  [0, "int 0"],
  [-1, "int -1"],
  [2 ** 31, "int 2147483648"],
  [2 ** 53 - 1, "int 9007199254740991"],
  [-(2 ** 53 - 1), "int -9007199254740991"],
  [1.5, "float 1.5"],
  [-0.375, "float -0.375"],
  ["", "text "],
  ['grüße 🌍 \u0001 "quoted" \\', 'text grüße 🌍 \u0001 "quoted" \\'],
  [[], []],
  [
    [[1], [2, [3]]],
    [["int 1"], ["int 2", ["int 3"]]],
  ],
  [{}, {}],
  [
    { a: { b: [{ c: null }] }, "": "empty key" },
    { a: { b: [{ c: "null" }] }, "": "text empty key" },
  ],
];
const sent = values.map(([value]) => value);
const seen = values.map(([, each]) => each);

/** Calls a procedure from a tab and returns both parts of its result. */
function resultOf(tab: Tab, procedure: string, args: readonly unknown[], kwargs = {}) {
  return tab.page.evaluate(
    async ([procedure, args, kwargs]) => {
      const result = await window.session.callResult(procedure, args, { kwargs });
      return { args: result.args, kwargs: result.kwargs };
    },
    [procedure, args, kwargs] as const,
  );
}

for (const library of libraries) {
  for (const peerSerializer of peerSerializers) {
    for (const serializer of peerSerializers) {
      test.describe(`${library} with ${peerSerializer}, tabs with ${serializer}`, () => {
        test.use({ library, peerSerializer });

        test("values go both ways unchanged, in both roles", async ({ tabs, peer: _, uri }) => {
          const [caller, callee] = await tabs.two({ serializers: [serializer] });
          await callee.register(uri("echo"), "echo");
          const both = { args: sent, kwargs: { values: sent } };

          expect(await caller.call(uri("peer.types"), sent, { kwargs: { values: sent } })).toEqual([
            seen,
            { values: seen },
          ]);
          expect(await resultOf(caller, uri("peer.echo"), sent, { values: sent })).toEqual(both);
          expect(await caller.call(uri("peer.call"), [uri("echo"), sent, { values: sent }])).toEqual(both);
          expect(await callee.invocations(uri("echo"), 1)).toMatchObject([both]);
        });

        test("a Uint8Array stays one", async ({ tabs, peer: _, uri, router }) => {
          if (library === "Autobahn|JS" && peerSerializer === "json")
            lacks("binary data in JSON", "Autobahn|JS writes binary data as an object of numbers");
          if (peerSerializer !== serializer) {
            const feature = "serializer.binary data between two serializers";
            if (router.name === "nexus") lacks(feature, "Base64 without the mark of binary data");
            shows(feature);
          }
          const tab = await tabs.open({ serializers: [serializer] });

          const answer = await tab.page.evaluate(
            async ([types, echo]) => {
              const bytes = Uint8Array.of(0, 1, 254, 255);
              const back = (await window.session.call(echo, [bytes])) as Uint8Array;
              return [
                await window.session.call(types, [bytes, { empty: new Uint8Array() }]),
                back instanceof Uint8Array,
                Array.from(back),
              ];
            },
            [uri("peer.types"), uri("peer.echo")] as const,
          );

          expect(answer).toEqual([[["bytes 0001feff", { empty: "bytes " }], {}], true, [0, 1, 254, 255]]);
        });
      });
    }

    test.describe(`${library} with ${peerSerializer}`, () => {
      test.use({ library, peerSerializer });
      const options = { serializers: [peerSerializer] };

      test("integers beyond 2^53 are bigints, or refused by the tab's JSON", async ({
        tabs,
        peer: _,
        uri,
      }) => {
        if (library === "Autobahn|JS")
          lacks("integers beyond 2^53", "Autobahn|JS reads them as floating point numbers");
        const tab = await tabs.open(options);
        const integers = [2n ** 53n + 1n, 2n ** 64n - 1n, -(2n ** 63n)];

        const types = await tab.callOutcome(uri("peer.types"), integers);
        if (peerSerializer === "json") {
          expect(types).toMatchObject({ ok: false, error: { name: "SerializationError" } });
          return;
        }
        expect(types).toEqual({ ok: true, value: [integers.map((each) => `int ${each}`), {}] });
        expect(await resultOf(tab, uri("peer.echo"), integers)).toEqual({ args: integers, kwargs: {} });
      });

      test("errors keep their URI, args and kwargs both ways", async ({ tabs, peer: _, uri }) => {
        const tab = await tabs.open(options);
        await tab.page.evaluate(async (procedure) => {
          const fail = (
            args: readonly unknown[],
            { kwargs }: { kwargs: Readonly<Record<string, unknown>> },
          ) => {
            throw new window.wampMux.WampError("com.e2e.refused", args, kwargs);
          };
          window.kit.track(procedure, await window.session.register(procedure, fail));
        }, uri("fail"));
        const [args, kwargs] = [["why", 1, null], { hint: { deep: [true] } }];

        const error = { args, kwargs };
        expect(
          await tab.callOutcome(uri("peer.fail"), ["com.e2e.theirs", ...args], { kwargs }),
        ).toMatchObject({ ok: false, error: { name: "WampError", uri: "com.e2e.theirs", ...error } });
        expect(await tab.call(uri("peer.call"), [uri("fail"), args, kwargs])).toEqual({
          error: "com.e2e.refused",
          ...error,
        });
      });

      test("progressive results arrive at the tab", async ({ tabs, router, peer: _, uri }) => {
        needs(router, "dealer", "progressive_call_results");
        if (router.name === "nexus" && library === "Autobahn|JS")
          lacks(
            "a callee without call canceling",
            "Nexus takes progressive results from a callee with call canceling only",
          );
        const tab = await tabs.open(options);

        const parts = await tab.page.evaluate(async (procedure) => {
          const parts = [];
          for await (const { args, progress } of window.session.callProgressive(procedure, [3]))
            parts.push([args[0], progress]);
          return parts;
        }, uri("peer.count"));

        expect(parts).toEqual([
          [1, true],
          [2, true],
          [3, true],
          [3, false],
        ]);
      });

      test("progressive results of a tab arrive at the peer", async ({ tabs, router, peer: _, uri }) => {
        needs(router, "dealer", "progressive_call_results");
        if (library === "Autobahn|JS")
          lacks("progressive results at a caller", "Autobahn|JS has no promises with progress in Node");
        const tab = await tabs.open(options);
        await tab.register(uri("count"), "count");

        expect(await tab.call(uri("peer.parts"), [uri("count"), [3]])).toEqual({
          parts: [1, 2, 3],
          final: 3,
        });
      });

      test("an aborted call of a tab interrupts the peer's handler", async ({
        tabs,
        router,
        peer: _,
        uri,
      }) => {
        needs(router, "dealer", "call_canceling");
        if (library === "Autobahn|JS") lacks("INTERRUPT", "Autobahn|JS does not handle it");
        const tab = await tabs.open(options);
        await tab.startCall("call", uri("peer.hold"), [], { cancelMode: "kill" });
        // The peer handles this call after the one before.
        await tab.call(uri("peer.echo"));

        await tab.abort("call");

        expect(await tab.settled("call")).toMatchObject({ ok: false });
        expect(await tab.call(uri("peer.was_interrupted"))).toBe(true);
      });

      test("a call that the peer cancels aborts the tab's handler", async ({
        tabs,
        router,
        peer: _,
        uri,
      }) => {
        needs(router, "dealer", "call_canceling");
        const tab = await tabs.open(options);
        await tab.register(uri("hold"), "hold");
        await tab.call(uri("peer.start"), [uri("hold")]);
        await tab.invocations(uri("hold"), 1);

        await tab.call(uri("peer.cancel"), [uri("hold")]);

        expect(await tab.events(`${uri("hold")}!`, 1)).toMatchObject([{ name: "CanceledError" }]);
        await tab.release(uri("hold"));
      });

      test("events go both ways, with exact and pattern subscriptions", async ({
        tabs,
        router,
        peer: _,
        uri,
      }) => {
        needs(router, "broker", "pattern_based_subscription");
        const tab = await tabs.open(options);
        const topic = uri("a.b");
        const patterns = [
          [topic, "exact"],
          [uri("a"), "prefix"],
          [topic.replace("e2e", ""), "wildcard"],
        ] as const;
        for (const [pattern, match] of patterns) {
          await tab.call(uri("peer.subscribe"), [pattern, { match }]);
          await tab.subscribe(pattern, { match }, pattern);
        }

        const [args, kwargs] = [["from", null, [1]], { key: { "": 1.5 } }];
        await tab.publish(topic, ["tab", ...args], { kwargs, acknowledge: true });
        for (const [pattern] of patterns)
          expect(await tab.call(uri("peer.seen"), [pattern, 1])).toMatchObject([
            { args: ["tab", ...args], kwargs },
          ]);
        await tab.call(uri("peer.publish"), [topic, ["peer", ...args], kwargs, {}]);
        for (const [pattern] of patterns)
          expect(await tab.events(pattern, 1)).toMatchObject([{ topic, args: ["peer", ...args], kwargs }]);
      });

      test("retained events go both ways", async ({ tabs, router, peer: _, uri }) => {
        needs(router, "broker", "event_retention");
        const tab = await tabs.open(options);
        const [ours, theirs] = [uri("ours"), uri("theirs")];

        await tab.publish(ours, ["kept"], { retain: true, acknowledge: true });
        await tab.call(uri("peer.publish"), [theirs, ["kept"], {}, { retain: true }]);

        await tab.call(uri("peer.subscribe"), [ours, { get_retained: true }]);
        expect(await tab.call(uri("peer.seen"), [ours, 1])).toMatchObject([{ args: ["kept"] }]);
        await tab.subscribe(theirs, { getRetained: true });
        expect(await tab.events(theirs, 1)).toMatchObject([{ args: ["kept"], retained: true }]);
      });
    });
  }
}
