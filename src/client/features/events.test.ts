import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { WampEvent } from "../api/events.js";
import type { Subscription } from "../api/subscription.js";
import { eventRun } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

async function connected() {
  const page = new FakePage();
  const session = await page.connect();
  const handles = () => page.hub.of("subscribe").map(({ subscription }) => subscription);
  return { page, session, hub: page.hub, handles };
}

const target = (handle: SubscriptionHandle | undefined, value: unknown = 0) => {
  if (handle === undefined) throw new Error("The subscription does not exist");
  return { target: handle, value };
};

describe("an event", () => {
  it("has its topic, arguments, details and publication", async () => {
    const { session, hub, handles } = await connected();
    const events: WampEvent[] = [];
    await session.subscribe("com.example", (event) => void events.push(event), { match: "prefix" });
    const [handle] = handles();
    const run = eventRun([target(handle, "a"), target(handle, "b")]);
    const details = {
      topic: "com.example.b",
      retained: true,
      publisher: 7,
      publisher_authid: "joe",
      publisher_authrole: "user",
    };
    await hub.deliver({ ...run, details: [{}, details] });
    expect(events).toEqual([
      {
        topic: "com.example",
        args: ["a"],
        kwargs: {},
        details: {},
        publication: 1,
        retained: false,
        recovered: false,
      },
      {
        topic: "com.example.b",
        args: ["b"],
        kwargs: {},
        details,
        publication: 2,
        retained: true,
        recovered: false,
        publisher: 7,
        publisherAuthid: "joe",
        publisherAuthrole: "user",
      },
    ]);
  });

  it("@G10 is delivered in wire order across all subscriptions", async () => {
    const { page, session, hub, handles } = await connected();
    const seen: string[] = [];
    for (const name of ["a", "b", "c"]) {
      await session.subscribe(
        `com.example.${name}`,
        ({ args }) => void seen.push(`${name}${String(args[0])}`),
      );
    }
    const [a, b, c] = handles();
    void hub.deliver(eventRun([target(b, 1), target(a, 2)]), eventRun([target(c, 3)]));
    void hub.deliver(eventRun([target(a, 4), target(b, 5)]));
    await fence(page, session);
    expect(seen).toEqual(["b1", "a2", "c3", "a4", "b5"]);
  });

  it("@G10 keeps its place behind an event that waits until the application has its handle", async () => {
    const { page, session, hub } = await connected();
    const seen: unknown[] = [];
    hub.take = (request) => {
      if (request.kind !== "subscribe") return hub.answerDone(request);
      const event = (value: number) => eventRun([target(request.subscription, value)]);
      // An empty batch keeps the port busy, so that the next two batches arrive in one message.
      void hub.deliver();
      void hub.deliver({ kind: "done", request: request.request }, event(1));
      void hub.deliver(event(2));
    };
    await session.subscribe("com.example.a", ({ args }) => void seen.push(args[0]));
    await fence(page, session);
    expect(seen).toEqual([1, 2]);
  });

  it("reaches the other handlers if one throws or rejects, and the error is reported", async () => {
    const { page, session, hub, handles } = await connected();
    const seen: unknown[] = [];
    await session.subscribe("com.example.a", () => {
      throw new Error("thrown");
    });
    await session.subscribe("com.example.b", () => Promise.reject(new Error("rejected")));
    await session.subscribe("com.example.c", ({ args }) => void seen.push(args[0]));
    await hub.deliver(eventRun(handles().map((handle, index) => target(handle, index))));
    await fence(page, session);
    expect(seen).toEqual([2]);
    expect(page.reported.map(String)).toEqual(["Error: thrown", "Error: rejected"]);
  });

  it("becomes a warning if it cannot be decoded, and the others of its batch are delivered", async () => {
    const { page, session, hub, handles } = await connected();
    const seen: unknown[] = [];
    const warnings: unknown[] = [];
    session.on("warning", (warning) => warnings.push(warning));
    await session.subscribe("com.example.a", ({ args }) => void seen.push(args[0]));
    const [handle] = handles();
    const run = eventRun([target(handle, 1), target(handle, 22), target(handle, 3)]);
    const data = String(run.payloads.data).replace("22", "2!");
    await hub.deliver({ ...run, payloads: { ...run.payloads, data } });
    await fence(page, session);
    expect(seen).toEqual([1, 3]);
    expect(warnings).toMatchObject([{ name: "PayloadDecodeError" }]);
  });

  it("is ignored if its subscription does not exist", async () => {
    const { page, session, hub } = await connected();
    await hub.deliver(eventRun([target(99 as SubscriptionHandle)]));
    await fence(page, session);
    expect(page.reported).toEqual([]);
  });

  it("does not reach a handler before the application has its handle, even if both arrive together", async () => {
    const { session, hub } = await connected();
    hub.take = (request) => {
      if (request.kind !== "subscribe") return hub.answerDone(request);
      void hub.deliver({ kind: "done", request: request.request }, eventRun([target(request.subscription)]));
    };
    const active = await new Promise<boolean>((resolve, reject) => {
      const subscribing = session.subscribe("com.example.a", () => {
        if (known === undefined) reject(new Error("The handler was called first"));
        else resolve(known.active);
      });
      let known: Awaited<typeof subscribing> | undefined;
      void subscribing.then((subscription) => {
        known = subscription;
      });
    });
    expect(active).toBe(true);
  });

  it("@G2 never reaches a handler after unsubscribe(), with batches in flight", async () => {
    const plan = fc.record({
      /** Batches of events, each by the index of its subscription, one of three. */
      batches: fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 5 }), { maxLength: 6 }),
      /** The batch before which each subscription is ended; from inside its own handler if `inside`. */
      leaveAt: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
      inside: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ batches, leaveAt, inside }) => {
        const { page, session, hub, handles } = await connected();
        const late: string[] = [];
        const calledOff = [false, false, false];
        const leave = (index: number): void => {
          calledOff[index] = true;
          void subscriptions[index]?.unsubscribe();
        };
        const subscriptions: Subscription[] = [];
        for (const index of [0, 1, 2]) {
          const handler = (): void => {
            if (calledOff[index] === true) late.push(`event for ${index}`);
            if (inside) leave(index);
          };
          subscriptions.push(await session.subscribe(`com.example.s${index}`, handler));
        }
        const delivering: Promise<void>[] = [];
        for (const [at, batch] of batches.entries()) {
          const notices: Notice[] = [eventRun(batch.map((index) => target(handles()[index])))];
          delivering.push(hub.deliver(...notices));
          for (const index of [0, 1, 2]) if (leaveAt[index] === at) leave(index);
        }
        await Promise.all(delivering);
        await fence(page, session);
        expect(late).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("unsubscribe()", () => {
  it("is posted once and returns the same promise each time", async () => {
    const { page, session, hub } = await connected();
    const subscription = await session.subscribe("com.example.a", () => undefined);
    expect(subscription.active).toBe(true);
    const first = subscription.unsubscribe();
    expect(subscription.active).toBe(false);
    expect(subscription.unsubscribe()).toBe(first);
    await first;
    await subscription[Symbol.asyncDispose]();
    expect(await subscription.ended).toBeUndefined();
    await fence(page, session);
    expect(hub.of("unsubscribe")).toHaveLength(1);
  });

  it("does nothing after a revocation, with which `ended` resolves", async () => {
    const { page, session, hub } = await connected();
    const subscription = await session.subscribe("com.example.a", () => undefined);
    const [{ subscription: handle } = { subscription: 0 as SubscriptionHandle }] = hub.of("subscribe");
    const error = {
      name: "WampError",
      message: "",
      fields: { uri: "wamp.error.revoked", details: {} },
    } as const;
    await hub.deliver({ kind: "subscription-ended", subscription: handle, error });
    expect(subscription.active).toBe(false);
    expect(await subscription.ended).toMatchObject({ uri: "wamp.error.revoked" });
    await subscription.unsubscribe();
    await fence(page, session);
    expect(hub.of("unsubscribe")).toEqual([]);
  });

  it("rejects if the router does not answer, but the handler is no longer called", async () => {
    const { session, hub, handles } = await connected();
    let called = 0;
    const subscription = await session.subscribe("com.example.a", () => void (called += 1));
    hub.take = () => undefined;
    const leaving = subscription.unsubscribe();
    const { request } = await hub.next("unsubscribe");
    const error = { name: "TimeoutError", message: "late", fields: { timeout: 1, sent: true } } as const;
    void hub.deliver({ kind: "rejected", request, error });
    await expect(leaving).rejects.toMatchObject({ name: "TimeoutError" });
    await hub.deliver(eventRun([target(handles()[0])]));
    expect(called).toBe(0);
    expect(await subscription.ended).toBeUndefined();
  });
});
