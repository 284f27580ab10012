import { afterEach, describe, expect, it } from "vitest";
import type { Dict } from "../../protocol/dict.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

/** Returns the details of a WELCOME that announces all features but these. */
function without(...features: readonly string[]): Dict {
  const text = features.reduce(
    (details, feature) => details.replace(`"${feature}":true`, `"${feature}":false`),
    JSON.stringify(WELCOME_DETAILS),
  );
  return JSON.parse(text) as Dict;
}

/** Returns tabs that are online on a router without these features. */
async function startWithout(...features: readonly string[]) {
  const tabs = await startTabs();
  tabs.router.details = without(...features);
  tabs.router.drop();
  await tabs.world.advance(1_000);
  return tabs;
}

const gap = (feature: string) => ({
  error: { name: "FeatureNotSupportedError", fields: { feature } },
});

describe("a router without a feature", () => {
  it.each([
    { eligible: [1] },
    { eligible_authid: [] },
    { eligible_authrole: ["admin"] },
    { exclude: [1] },
    { exclude_authid: ["joe"] },
    { exclude_authrole: ["user"] },
  ])("@G23 does not get a publication whose audience it would not respect: %j", async (lists) => {
    const { world, router, a } = await startWithout("subscriber_blackwhite_listing");
    const refused = a.publish("com.x", ["secret"], lists);
    const open = a.publish("com.x", ["open"]);
    await world.settle();
    expect(refused.error).toMatchObject(gap("subscriber_blackwhite_listing").error);
    expect(open.outcome?.kind).toBe("published");
    expect(router.got("PUBLISH").map(({ payload }) => payload)).toEqual([json("open")]);
    expect(a.of("warning")).toEqual([]);
  });

  it("@G23 gets a publication that it does not retain, and the tab is told once", async () => {
    const { world, router, a, b } = await startWithout("event_retention");
    const asked = [a.publish("com.x", [], { retain: true }), a.publish("com.y", [], { retain: true })];
    b.publish("com.x", [], { retain: false });
    await world.settle();
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["published", "published"]);
    expect(router.got("PUBLISH").map(({ options }) => options["retain"])).toEqual([true, true, false]);
    expect(a.of("warning")).toMatchObject([gap("event_retention")]);
    expect(b.of("warning")).toEqual([]);
  });

  it("@G23 gets a publication and a call whose publisher and caller it does not disclose, and the tab is told once", async () => {
    const { world, router, a } = await startWithout("publisher_identification", "caller_identification");
    for (let time = 0; time < 2; time += 1) {
      a.publish("com.x", [], { disclose_me: true });
      a.call("com.x", [], { options: { disclose_me: true } });
    }
    await world.settle();
    expect(router.got("PUBLISH").map(({ options }) => options)).toEqual([
      { disclose_me: true },
      { disclose_me: true },
    ]);
    expect(router.got("CALL").map(({ options }) => options["disclose_me"])).toEqual([true, true]);
    expect(a.of("warning")).toMatchObject([gap("publisher_identification"), gap("caller_identification")]);
  });

  it("@G23 gets a SUBSCRIBE for a retained event that it does not have, and each tab is told once", async () => {
    const { world, router, a, b, c } = await startWithout("event_retention");
    const asked = [
      a.subscribe("com.x", { get_retained: true }),
      a.subscribe("com.y", { get_retained: true }),
      b.subscribe("com.x", { get_retained: true }),
      c.subscribe("com.x"),
    ];
    await world.settle();
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done", "done", "done"]);
    expect(router.got("SUBSCRIBE")[0]?.options).toEqual({ get_retained: true });
    expect([a, b].map((tab) => tab.of("warning"))).toMatchObject([
      [gap("event_retention")],
      [gap("event_retention")],
    ]);
    expect(c.of("warning")).toEqual([]);
  });

  it("@G4 delivers an event to everybody, the publisher included, if it wants that and the router cannot", async () => {
    const { world, router, a, b, c } = await startWithout("publisher_exclusion");
    for (const tab of [a, b]) tab.subscribe("com.t");
    const alone = c.subscribe("com.alone");
    await world.settle();
    // Such a router ignores the option, and excludes the whole session.
    router.hold("EVENT");
    a.publish("com.t", ["for all"], { exclude_me: false });
    a.publish("com.t", ["for the others"]);
    c.publish("com.t", ["from outside"], { exclude_me: false });
    c.publish("com.alone", ["to itself"], { exclude_me: false });
    c.publish("com.alone", ["to the others"]);
    await world.settle();
    router.held.splice(0);
    expect(a.heard).toEqual(["for all", "from outside"]);
    expect(b.heard).toEqual(["for all", "for the others", "from outside"]);
    expect([c.heard, c.heardBy(alone)]).toEqual([["to itself"], ["to itself"]]);
    expect(router.got("PUBLISH").map(({ options }) => options)).toEqual([
      { acknowledge: true, exclude_me: false },
      { acknowledge: true },
      { acknowledge: true, exclude_me: false },
      { acknowledge: true, exclude_me: false },
      {},
    ]);
  });

  it.each([
    ["subscription", "pattern_based_subscription", "SUBSCRIBE"],
    ["registration", "pattern_based_registration", "REGISTER"],
  ] as const)(
    "@G13 does not get a pattern %s to restore; the next router that can does",
    async (what, feature, type) => {
      const { world, router, a } = await startTabs();
      const kept = { match: "prefix" } as const;
      const asked = what === "subscription" ? a.subscribe("com.", kept) : a.register("com.", kept);
      const exact = a.subscribe("com.exact");
      await world.settle();
      router.details = without(feature);
      router.drop();
      await world.advance(60_000);
      expect(router.got(type).filter(({ options }) => options["match"] !== undefined)).toEqual([]);
      expect(a.of("warning")).toMatchObject([gap(feature)]);
      expect([a.of("subscription-ended"), a.of("registration-ended")]).toEqual([[], []]);
      expect(world.session.state).toBe("online");
      router.publish("com.exact", json(1));
      await world.settle();
      expect(a.heardBy(exact)).toEqual([1]);

      router.details = WELCOME_DETAILS;
      router.drop();
      await world.advance(1_000);
      expect([...router.subscriptions, ...router.registrations]).toContain("prefix com.");
      expect(asked.settlements).toHaveLength(1);
      expect(a.of("warning")).toHaveLength(1);
    },
  );
});
