import { afterEach, describe, expect, it } from "vitest";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const PROCEDURE = "com.example.add";

/** Makes tabs answer each invocation at once with their names. */
function answering(...tabs: FakeTab[]): void {
  for (const tab of tabs) tab.onInvocation = (invocation) => tab.yield(invocation, [tab.id]);
}

const resultOf = (tab: FakeTab, asked: Asked): unknown =>
  asked.outcome?.kind === "result" ? tab.decode(asked.outcome.payload)[0] : asked.outcome;

describe("shared registrations", () => {
  it("@G5 a second single registration is refused as a router would, without asking it", async () => {
    const { world, router, a, b } = await startTabs();
    const first = a.register(PROCEDURE);
    const second = b.register(PROCEDURE);
    const ofTheSameTab = a.register(PROCEDURE, { invoke: "roundrobin" });
    await world.settle();
    expect(first.outcome).toMatchObject({ kind: "done", id: router.registrationId(PROCEDURE) });
    for (const refused of [second, ofTheSameTab]) {
      expect(refused.error).toMatchObject({
        name: "WampError",
        fields: { uri: "wamp.error.procedure_already_exists" },
      });
    }
    expect(router.got("REGISTER")).toHaveLength(1);
  });

  it("@G5 another shared policy is refused as a router would", async () => {
    const { world, a, b } = await startTabs();
    a.register(PROCEDURE, { invoke: "roundrobin" });
    const other = b.register(PROCEDURE, { invoke: "random" });
    await world.settle();
    expect(other.error?.fields).toMatchObject({
      uri: "wamp.error.procedure_exists_with_different_invocation_policy",
    });
    expect(other.error?.message).toContain(
      `procedure ${PROCEDURE} is already registered by this session, with the policy roundrobin`,
    );
  });

  it.each([
    ["roundrobin", ["tab-1", "tab-2", "tab-3", "tab-1", "tab-2"]],
    ["first", ["tab-1", "tab-1", "tab-1", "tab-1", "tab-1"]],
    ["last", ["tab-3", "tab-3", "tab-3", "tab-3", "tab-3"]],
    ["random", ["tab-3", "tab-1", "tab-2", "tab-2", "tab-2"]],
  ] as const)("@G5 %s shares one wire registration, and the hub picks the tab", async (invoke, expected) => {
    const { world, router, a, b, c } = await startTabs();
    answering(a, b, c);
    for (const tab of [a, b, c]) tab.register(PROCEDURE, { invoke });
    await world.settle();
    expect(router.got("REGISTER").map(({ options }) => options)).toEqual([{ invoke }]);
    world.fake.randoms.push(0.9, 0.1);
    const results = [];
    for (let index = 0; index < 5; index += 1) {
      const asked = a.call(PROCEDURE);
      await world.settle();
      results.push(resultOf(a, asked));
    }
    expect(results).toEqual(expected);
  });

  it("@G5 UNREGISTER is sent when the last tab unregisters", async () => {
    const { world, router, a, b } = await startTabs();
    const ofA = a.register(PROCEDURE, { invoke: "first" });
    const ofB = b.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    const done = a.unregister(ofA);
    await world.settle();
    expect([done.outcome?.kind, router.got("UNREGISTER").length]).toEqual(["done", 0]);
    router.hold("UNREGISTERED");
    const last = b.unregister(ofB);
    const again = b.unregister(ofB);
    await world.settle();
    expect([last.outcome, again.outcome?.kind]).toEqual([undefined, "done"]);
    router.release();
    await world.settle();
    expect(last.outcome?.kind).toBe("done");
    expect([router.got("UNREGISTER").length, router.registrations]).toEqual([1, []]);
    expect(world.session.wireRegistrations).toEqual([]);
  });

  it("@G5 a tab that joins later is registered at once, without asking the router again", async () => {
    const { world, router, a, b, c } = await startTabs();
    a.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    router.hold();
    const joined = b.register(PROCEDURE, { invoke: "first" });
    const replayed = c.register(PROCEDURE, { invoke: "first" }, true);
    await world.settle();
    const id = router.registrationId(PROCEDURE);
    expect([joined.outcome, replayed.outcome]).toMatchObject([
      { kind: "done", id },
      { kind: "done", id },
    ]);
    expect(router.got("REGISTER")).toHaveLength(1);
  });

  it("@G5 REGISTER carries only the options that differ from the defaults", async () => {
    const { world, router, a } = await startTabs();
    a.register("com.plain", { match: "exact", invoke: "single", concurrency: 3 });
    a.register("com.", { match: "prefix", invoke: "last" });
    a.register("com.new", { force_reregister: true });
    await world.settle();
    expect(router.got("REGISTER").map(({ options }) => options)).toEqual([
      {},
      { match: "prefix", invoke: "last" },
      { force_reregister: true },
    ]);
    expect(a.asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done", "done"]);
  });

  it("@G5 single is refused while a shared policy is in use", async () => {
    const { world, a, b } = await startTabs();
    a.register(PROCEDURE, { invoke: "first" });
    const single = b.register(PROCEDURE);
    await world.settle();
    expect(single.error).toMatchObject({
      message: expect.stringContaining(
        `wamp.error.procedure_already_exists: procedure ${PROCEDURE} is already registered by this session, by one of its tabs`,
      ) as unknown,
      fields: { uri: "wamp.error.procedure_already_exists" },
    });
  });

  it("@G5 refuses a handle that is in use", async () => {
    const { world, router, a } = await startTabs();
    const first = a.register(PROCEDURE);
    await world.settle();
    const second = a.registerAs(first.handle, "com.other");
    await world.settle();
    expect(second.error?.message).toBe(
      `The registration handle is ${first.handle}, expected one that is not in use`,
    );
    expect(router.registrations).toEqual([`exact ${PROCEDURE}`]);
  });

  it("@G5 refuses a handle that an earlier request of the same batch uses, also across reconnects", async () => {
    const { world, router, a } = await startTabs();
    router.hold("REGISTERED");
    const first = a.registerAs(7, PROCEDURE);
    const second = a.registerAs(7, "com.other");
    await world.settle();
    expect([first.outcome, second.error?.name]).toEqual([undefined, "InvalidArgumentError"]);
    router.drop();
    await world.advance(300_000);
    expect(world.session.state).toBe("online");
    expect(first.outcome?.kind).toBe("rejected");
  });

  it("@G5 a registration undone before its turn is canceled, and never sent", async () => {
    const { world, router, a } = await startTabs();
    router.drop();
    await world.settle();
    const waiting = a.register(PROCEDURE, {}, true);
    await world.settle();
    const undone = a.unregister(waiting);
    await world.settle();
    expect([waiting.error?.name, undone.outcome?.kind]).toEqual(["CanceledError", "done"]);
    await world.advance(60_000);
    expect([world.session.state, router.registrations]).toEqual(["online", []]);
  });

  it("@G5 a registration undone before REGISTERED is canceled, and the others stay", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold("REGISTERED");
    const ofA = a.register(PROCEDURE, { invoke: "first" });
    const ofB = b.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    const undone = a.unregister(ofA);
    await world.settle();
    expect([ofA.error?.name, undone.outcome?.kind]).toEqual(["CanceledError", "done"]);
    router.release();
    await world.settle();
    expect(ofB.outcome?.kind).toBe("done");
    expect(world.session.wireRegistrations).toEqual([{ procedure: PROCEDURE, match: "exact", locals: 1 }]);
  });

  it("@G5 roundrobin skips busy tabs, and continues after the tab that it picked", async () => {
    const { world, router, a, b, c } = await startTabs();
    for (const tab of [a, b, c]) tab.register(PROCEDURE, { invoke: "roundrobin", concurrency: 1 });
    await world.settle();
    const chosen = async (): Promise<string[]> => {
      const before = [a, b, c].map((tab) => tab.invocations.length);
      router.invoke(PROCEDURE, json());
      await world.settle();
      return [a, b, c].filter((tab, index) => tab.invocations.length !== before[index]).map(({ id }) => id);
    };
    const answer = (tab: FakeTab): void => {
      const invocation = tab.invocations.at(-1);
      if (invocation !== undefined) tab.yield(invocation);
    };
    expect([await chosen(), await chosen(), await chosen()]).toEqual([["tab-1"], ["tab-2"], ["tab-3"]]);
    expect(await chosen()).toEqual([]);
    expect(router.got("ERROR")).toMatchObject([{ error: "wamp.error.unavailable" }]);
    answer(b);
    expect(await chosen()).toEqual(["tab-2"]);
    for (const tab of [a, b, c]) answer(tab);
    expect([await chosen(), await chosen()]).toEqual([["tab-3"], ["tab-1"]]);
    for (const tab of [a, c]) answer(tab);
  });

  it("@G5 random picks among the free tabs", async () => {
    const { world, router, a, b, c } = await startTabs();
    for (const tab of [a, b, c]) tab.register(PROCEDURE, { invoke: "random", concurrency: 1 });
    await world.settle();
    world.fake.randoms.push(0.4, 0.4, 0.4);
    for (let call = 0; call < 3; call += 1) router.invoke(PROCEDURE, json());
    await world.settle();
    expect([a, b, c].map(({ invocations }) => invocations.length)).toEqual([1, 1, 1]);
    for (const tab of [a, b, c]) for (const invocation of tab.invocations) tab.yield(invocation);
  });

  it("@G5 invocations beyond a tab's concurrency go to another tab, or are answered with unavailable", async () => {
    const { world, router, a, b } = await startTabs();
    a.register(PROCEDURE, { invoke: "first", concurrency: 1 });
    b.register(PROCEDURE, { invoke: "first", concurrency: 2 });
    await world.settle();
    expect(router.got("REGISTER")[0]?.options).toEqual({ invoke: "first" });
    const calls = [1, 2, 3, 4].map((number) => a.call(PROCEDURE, [number]));
    await world.settle();
    expect([a.invocations.length, b.invocations.length]).toEqual([1, 2]);
    expect(calls[3]?.error).toMatchObject({
      fields: { uri: "wamp.error.unavailable" },
      payload: json("every handler is at its concurrency limit"),
    });
    const [begun] = a.invocations;
    if (begun !== undefined) a.yield(begun);
    const next = a.call(PROCEDURE);
    await world.settle();
    expect(a.invocations).toHaveLength(2);
    for (const tab of [a, b]) for (const invocation of tab.invocations) tab.yield(invocation);
    await world.settle();
    expect(next.outcome?.kind).toBe("result");
  });

  it("@G5 force_reregister displaces a sibling, and notifies it", async () => {
    const { world, router, a, b } = await startTabs();
    answering(a, b);
    const ofA = a.register(PROCEDURE);
    await world.settle();
    const ofB = b.register(PROCEDURE, { force_reregister: true });
    await world.settle();
    expect(a.of("registration-ended")).toMatchObject([
      {
        registration: ofA.handle,
        error: {
          name: "WampError",
          message: "The router ended the registration: wamp.error.unregistered",
          fields: { uri: "wamp.error.unregistered" },
        },
      },
    ]);
    expect(ofB.outcome).toMatchObject({ kind: "done", id: router.registrationId(PROCEDURE) });
    expect(router.received.at(-1)).toMatchObject({ type: "REGISTER", options: { force_reregister: true } });
    const asked = a.call(PROCEDURE);
    await world.settle();
    expect(resultOf(a, asked)).toBe("tab-2");
    expect(router.registrations).toHaveLength(1);
  });

  it("@G5 force_reregister also displaces a registration that waits for REGISTERED", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold("REGISTERED");
    const ofA = a.register(PROCEDURE);
    await world.settle();
    const ofB = b.register(PROCEDURE, { force_reregister: true });
    await world.settle();
    router.release();
    await world.settle();
    expect(ofA.outcome?.kind).toBe("done");
    expect(a.of("registration-ended")).toMatchObject([
      { error: { fields: { uri: "wamp.error.unregistered" } } },
    ]);
    expect(ofB.outcome).toMatchObject({ kind: "done", id: router.registrationId(PROCEDURE) });
    expect(world.session.wireRegistrations).toEqual([{ procedure: PROCEDURE, match: "exact", locals: 1 }]);
    expect(router.got("UNREGISTER")).toEqual([]);
  });

  it.each(["registered", "waiting for REGISTERED"] as const)(
    "@G5 force_reregister that the router refuses takes the procedure from nobody (the sibling is %s)",
    async (sibling) => {
      const { world, router, a, b, c } = await startTabs();
      answering(a);
      const ofA = a.register(PROCEDURE);
      if (sibling === "registered") await world.settle();
      else router.hold("REGISTERED");
      router.override = (message) => {
        if (message.type !== "REGISTER" || message.options["force_reregister"] !== true) return false;
        const { request } = message;
        const error = "wamp.error.not_authorized";
        router.send({ type: "ERROR", requestType: "REGISTER", request, details: {}, error, payload: json() });
        return true;
      };
      const ofB = b.register(PROCEDURE, { force_reregister: true });
      await world.settle();
      router.release();
      await world.settle();
      expect([ofA.outcome?.kind, ofB.error]).toMatchObject([
        "done",
        { fields: { uri: "wamp.error.not_authorized" } },
      ]);
      expect([a.of("registration-ended"), router.got("UNREGISTER")]).toEqual([[], []]);
      const asked = c.call(PROCEDURE);
      await world.settle();
      expect(resultOf(c, asked)).toBe("tab-1");
    },
  );

  it("@G5 force_reregister that the router does not answer takes the procedure from nobody, until it does", async () => {
    const { world, router, a, b } = await startTabs({ requestTimeout: 3_000 });
    a.register(PROCEDURE);
    await world.settle();
    router.hold("REGISTERED", "UNREGISTERED");
    const ofB = b.register(PROCEDURE, { force_reregister: true, timeout: 3_000 });
    await world.advance(3_000);
    expect(ofB.error).toMatchObject({ name: "TimeoutError", fields: { sent: true } });
    expect(a.of("registration-ended")).toEqual([]);
    router.release();
    await world.settle();
    expect(a.of("registration-ended")).toMatchObject([
      { error: { fields: { uri: "wamp.error.unregistered" } } },
    ]);
    expect([router.registrations, world.session.wireRegistrations]).toEqual([[], []]);
  });

  it("@G5 a tab that vanishes while it waits for force_reregister leaves nothing behind", async () => {
    const { world, router, a, b } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    router.hold("REGISTERED");
    b.register(PROCEDURE, { force_reregister: true });
    await world.settle();
    world.kill(b);
    await world.settle();
    router.release();
    await world.settle();
    expect([router.registrations, world.session.wireRegistrations]).toEqual([[], []]);
  });

  it("@G5 the router's refusal rejects every tab that waits for REGISTERED", async () => {
    const { world, router, a, b } = await startTabs();
    router.override = (message) => {
      if (message.type !== "REGISTER") return false;
      const { request } = message;
      const error = "wamp.error.not_authorized";
      router.send({ type: "ERROR", requestType: "REGISTER", request, details: {}, error, payload: json() });
      return true;
    };
    const asked = [a, b].map((tab) => tab.register(PROCEDURE, { invoke: "first" }));
    await world.settle();
    expect(asked.map(({ error }) => error)).toMatchObject(
      Array(2).fill({ fields: { uri: "wamp.error.not_authorized" } }),
    );
    expect([world.session.wireRegistrations, world.session.tabs[0]?.registrations]).toEqual([[], 0]);
  });

  it("@G5 undoes a REGISTERED that arrives after the deadline", async () => {
    const { world, router, a } = await startTabs();
    router.hold("REGISTERED");
    const asked = a.register(PROCEDURE, { timeout: 500 });
    await world.advance(500);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { sent: true, timeout: 500 } });
    router.release();
    await world.settle();
    expect([router.registrations, world.session.wireRegistrations]).toEqual([[], []]);
  });

  it("@G5 does not force a REGISTER for a tab because another one, which has given up, wanted it to be forced", async () => {
    const { world, router, a, b } = await startTabs();
    router.override = ({ type }) => type === "REGISTER";
    a.register(PROCEDURE, { force_reregister: true, _note: "a" });
    await world.advance(11_000);
    b.register(PROCEDURE, { _note: "b" });
    await world.settle();
    expect(router.got("REGISTER").map(({ options }) => options)).toEqual([
      { _note: "a", force_reregister: true },
      { _note: "b" },
    ]);
  });

  it.each(["single", "first"] as const)(
    "@G5 a procedure (%s) that is canceled and registered again before REGISTERED arrives is registered",
    async (invoke) => {
      const { world, router, a, b } = await startTabs();
      answering(b);
      router.hold("REGISTERED", "ERROR");
      const given = a.register(PROCEDURE, { invoke });
      await world.settle();
      a.cancel(given);
      const again = b.register(PROCEDURE, { invoke });
      await world.settle();
      router.release();
      await world.settle();
      expect([given.error?.name, again.outcome?.kind]).toEqual(["CanceledError", "done"]);
      const asked = a.call(PROCEDURE);
      await world.settle();
      expect(resultOf(a, asked)).toBe("tab-2");
      b.unregister(again);
      await world.settle();
      expect([router.registrations, world.session.wireRegistrations]).toEqual([[], []]);
    },
  );

  it("@G5 a tab that joins an abandoned registration is bound by the deadline of its REGISTER", async () => {
    const { world, router, a, b } = await startTabs({ requestTimeout: 3_000 });
    router.hold("REGISTERED");
    const abandoned = a.register(PROCEDURE, { timeout: 3_000 });
    await world.settle();
    a.cancel(abandoned);
    await world.advance(2_500);
    const joined = b.register(PROCEDURE);
    await world.advance(499);
    expect(joined.outcome).toBeUndefined();
    await world.advance(1);
    expect(joined.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 3_000, sent: true } });
    const again = b.register(PROCEDURE);
    await world.settle();
    router.release();
    await world.settle();
    // The answer to the first REGISTER might have been lost; it was not, and is undone.
    expect(again.error?.fields).toMatchObject({ uri: "wamp.error.procedure_already_exists" });
    expect([router.got("REGISTER").length, router.registrations]).toEqual([2, []]);
  });

  it("@G5 a handle can be used again once its registration has ended", async () => {
    const { world, router, a } = await startTabs();
    const first = a.register(PROCEDURE);
    await world.settle();
    a.unregister(first);
    const second = a.registerAs(first.handle, "com.other");
    await world.settle();
    expect([second.outcome?.kind, router.registrations]).toEqual(["done", ["exact com.other"]]);
    expect(world.session.tabs[0]?.registrations).toBe(1);
    // The same handle.
    a.unregister(first);
    await world.settle();
    expect(world.session.tabs[0]?.registrations).toBe(0);
  });

  it("@G5 a registration that the router revokes ends with the router's reason", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.register(PROCEDURE);
    await world.settle();
    const details = { registration: router.registrationId(PROCEDURE), reason: "com.example.why" };
    router.send({ type: "UNREGISTERED", request: 0 as never, details });
    router.send({ type: "UNREGISTERED", request: 0 as never, details: { ...details, registration: 77 } });
    router.invoke(PROCEDURE, json());
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ error: "wamp.error.no_such_procedure" }]);
    expect(a.of("registration-ended")).toMatchObject([
      {
        registration: asked.handle,
        error: {
          name: "WampError",
          message: "The router ended the registration: com.example.why",
          fields: { uri: "com.example.why", details: {} },
        },
      },
    ]);
    expect(world.session.wireRegistrations).toEqual([]);
  });

  it("@G5 answers an invocation of a registration that has ended", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.register(PROCEDURE);
    await world.settle();
    router.hold("INVOCATION");
    router.invoke(PROCEDURE, json());
    a.unregister(asked);
    await world.settle();
    router.release();
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([
      { error: "wamp.error.no_such_procedure", payload: json("the registration has ended") },
    ]);
    expect(router.unanswered).toBe(0);
  });

  it("@G5 shared policies and patterns are refused if the router did not announce them", async () => {
    const { world, router, a } = await startTabs();
    router.details = {};
    router.drop();
    await world.advance(1_000);
    const shared = a.register(PROCEDURE, { invoke: "first" });
    const pattern = a.register("com.", { match: "prefix" });
    await world.settle();
    const plain = a.register(PROCEDURE);
    await world.settle();
    expect([shared, pattern].map(({ error }) => error?.message)).toEqual([
      "The router's dealer did not announce the feature shared_registration",
      "The router's dealer did not announce the feature pattern_based_registration",
    ]);
    expect(plain.outcome?.kind).toBe("done");
  });
});
