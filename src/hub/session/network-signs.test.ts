import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { prepareWorld, startTabs } from "../../testing/harness.js";

/** Longer than a page must be away, and than the hints of siblings belong together. */
const LATER = 10_000;

const lastStatus = (tab: FakeTab) => tab.of("status").at(-1)?.status;

/** A world whose router is gone, and whose delay before the next attempt is long. */
async function startWaiting() {
  const started = await startTabs({
    retry: { initialDelay: 600_000, maxDelay: 600_000, maxAttempts: Infinity },
  });
  const { world, router } = started;
  router.up = false;
  router.drop();
  await world.settle();
  expect(world.session.state).toBe("waiting");
  const opened = () => world.fake.sockets.all.length;
  return { ...started, opened, before: opened() };
}

describe("the signs of the network that tabs relay", () => {
  it("@G11 cut a retry delay short once, however many tabs relay the same event", async () => {
    const { world, a, b, c, opened, before } = await startWaiting();
    for (const tab of [a, b, c]) {
      await tab.networkChanged(true);
      await world.settle();
    }
    expect(opened()).toBe(before + 1);
    await world.advance(LATER);
    await b.networkChanged(true);
    await world.settle();
    expect(opened()).toBe(before + 2);
  });

  it("@G11 stop the attempts until one tab has a network again", async () => {
    const { world, router, a, b, opened, before } = await startWaiting();
    for (const tab of [a, b]) await tab.networkChanged(false);
    await world.advance(3_600_000);
    expect([opened(), world.session.state]).toEqual([before, "offline"]);
    expect(lastStatus(a)).toMatchObject({
      state: "offline",
      attempt: 2,
      reason: { name: "ConnectionLostError" },
    });
    router.up = true;
    await b.networkChanged(true);
    await a.networkChanged(true);
    await world.settle();
    expect([opened(), world.session.state]).toEqual([before + 1, "online"]);
  });

  it("@G11 end with the tab that gave them, and with a tab that joins and has a network", async () => {
    const { world, router, a, b, opened, before } = await startWaiting();
    await a.networkChanged(false);
    await world.settle();
    expect(world.session.state).toBe("offline");
    await world.leave(a);
    expect(opened()).toBe(before + 1);
    await world.advance(LATER);
    await b.networkChanged(false);
    await world.settle();
    router.up = true;
    world.join();
    await world.settle();
    expect(world.session.state).toBe("online");
  });

  it("@G11 come with a hello, too", async () => {
    const world = prepareWorld();
    world.router.up = false;
    world.tryToJoin({}, undefined, { isOffline: true });
    await world.advance(3_600_000);
    expect([world.session.state, world.fake.sockets.all.length]).toEqual(["offline", 1]);
  });

  it("@G11 @G12 are given by a page that becomes visible after a while", async () => {
    const { world, router, a, b, opened, before } = await startWaiting();
    for (const tab of [a, b]) await tab.setHidden(true);
    await a.setHidden(false);
    await world.settle();
    expect(opened()).toBe(before);
    await a.setHidden(true);
    await world.advance(LATER);
    router.up = true;
    for (const tab of [a, b]) await tab.setHidden(false);
    await world.settle();
    expect([opened(), world.session.state]).toEqual([before + 1, "online"]);
    const sent = world.session.sent;
    await a.setHidden(true);
    await world.advance(LATER);
    await a.setHidden(false);
    await world.settle();
    // The probe.
    expect(world.session.sent).toBe(sent + 1);
  });

  it("@G11 reconnectNow() makes an attempt without a network", async () => {
    const { world, router, a, opened, before } = await startWaiting();
    await a.networkChanged(false);
    router.up = true;
    await a.reconnectNow();
    await world.settle();
    expect([opened(), world.session.state]).toEqual([before + 1, "online"]);
  });
});

describe("a session whose connection goes silent", () => {
  it("@G12 is lost after a silence and a probe without an answer, and comes back", async () => {
    const { world, router, a } = await startTabs({ probeAfter: 30_000 });
    await world.advance(300_000);
    expect([world.session.state, router.violations]).toEqual(["online", []]);
    expect(world.session.sent).toBe(1 + 10);
    router.hold();
    const call = a.call("com.example.p");
    await world.advance(35_000);
    expect(call.error).toMatchObject({ name: "ConnectionLostError", fields: { sent: true } });
    const lost = a.of("status").find(({ status }) => status.state === "waiting");
    expect(lost?.status).toMatchObject({
      reason: { message: expect.stringContaining("no sign of life for 35 s") as string },
    });
  });
});

describe("the round trip of a session", () => {
  it("@G12 is told to the tabs when it has changed noticeably, and to hidden ones when they are seen again", async () => {
    const { world, router, a, b } = await startTabs();
    await b.setHidden(true);
    const told = (tab: FakeTab) =>
      tab.of("status").flatMap(({ status }) => (status.state === "online" ? [status.roundTrip] : []));
    expect([told(a), told(b)]).toEqual([[0], [0]]);
    const answerAfter = async (milliseconds: number) => {
      router.hold();
      a.subscribe("com.example.topic");
      await world.advance(milliseconds);
      router.release();
      await world.settle();
    };
    // Too soon after WELCOME.
    await answerAfter(80);
    await world.advance(10_000);
    a.publish("com.example.other", [], { acknowledge: true });
    await world.settle();
    expect(told(a)).toEqual([0]);
    router.hold();
    a.publish("com.example.other", [], { acknowledge: true });
    await world.advance(90);
    router.release();
    await world.settle();
    expect([told(a), told(b)]).toEqual([[0, 90], [0]]);
    await b.setHidden(false);
    await b.setHidden(true);
    await b.setHidden(false);
    await world.settle();
    expect(told(b)).toEqual([0, 90]);
    expect(world.tryToJoin().tab.hello?.status).toMatchObject({ roundTrip: 90 });
  });
});

describe("the application's judgement of a reason", () => {
  it("@G11 is asked from a tab that has one, and from another one if it dies or says nothing", async () => {
    const world = prepareWorld({ probeAfter: 0 });
    const asked: string[] = [];
    const reasons: ErrorRecord[] = [];
    const join = (name: string, verdict: () => Promise<boolean | null>) =>
      world.tryToJoin(
        {},
        (tab) => {
          tab.isFatal = (reason) => {
            asked.push(name);
            reasons.push(reason);
            return verdict();
          };
        },
        {},
        { isFatal: "ask" },
      ).tab;
    const dying = join("dying", () => new Promise(() => undefined));
    join("undecided", () => Promise.resolve(null));
    join("silent", () => new Promise(() => undefined));
    join("failing", () => Promise.reject(new Error("thrown by the application")));
    join("last", () => Promise.resolve(true));
    const other = world.join();
    await world.settle();
    world.router.drop();
    await world.settle();
    expect(asked).toEqual(["dying"]);
    world.kill(dying);
    await world.settle();
    expect(asked).toEqual(["dying", "undecided", "silent"]);
    await world.advance(1_000);
    expect(asked).toEqual(["dying", "undecided", "silent", "failing", "last"]);
    expect(reasons[0]).toMatchObject({ name: "ConnectionLostError" });
    expect(lastStatus(other)).toMatchObject({ state: "closed", reason: { name: "ConnectionLostError" } });
  });
});
