import { describe, expect, it } from "vitest";
import type { WampEvent } from "../api/events.js";
import type { Gap } from "../api/gap.js";
import { eventRun } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

async function connected() {
  const page = new FakePage();
  const session = await page.connect();
  return { page, session, hub: page.hub };
}

describe("a subscription that misses events", () => {
  it("@G14 tells its application of the gap, and marks the next event with it", async () => {
    const { page, session, hub } = await connected();
    const seen: unknown[] = [];
    const onGap = (gap: Gap) => void seen.push(gap);
    await session.subscribe("com.example", ({ args, gap }) => void seen.push([args[0], gap]), { onGap });
    const [{ subscription, tellsGaps } = {}] = hub.of("subscribe");
    if (subscription === undefined) throw new Error("no subscription");
    const gap = { since: 7, reason: "expired" } as const;
    await hub.deliver(
      { kind: "gap", subscription, ...gap },
      eventRun([
        { target: subscription, value: "a" },
        { target: subscription, value: "b" },
      ]),
    );
    await fence(page, session);
    expect(tellsGaps).toBe(true);
    expect(seen).toEqual([gap, ["a", gap], ["b", undefined]]);
  });

  it("@G14 marks the next event with the whole of several gaps, from the beginning of the first", async () => {
    const { page, session, hub } = await connected();
    const seen: unknown[] = [];
    const onGap = (gap: Gap) => void seen.push(gap);
    await session.subscribe("com.example", ({ args, gap }) => void seen.push([args[0], gap]), { onGap });
    const [{ subscription } = {}] = hub.of("subscribe");
    if (subscription === undefined) throw new Error("no subscription");
    const gaps = [
      { since: 7, reason: "expired" },
      { since: null, reason: "timeout" },
    ] as const;
    await hub.deliver(
      ...gaps.map((gap) => ({ kind: "gap", subscription, ...gap }) as const),
      eventRun([{ target: subscription, value: "a" }]),
    );
    await fence(page, session);
    expect(seen).toEqual([...gaps, ["a", { since: 7, reason: "timeout" }]]);
  });

  it("@G14 reports what the application throws when it is told, and goes on", async () => {
    const { page, session, hub } = await connected();
    const seen: unknown[] = [];
    await session.subscribe("com.example", ({ args }) => void seen.push(args[0]), {
      onGap: () => {
        throw new Error("thrown");
      },
    });
    const [{ subscription } = {}] = hub.of("subscribe");
    if (subscription === undefined) throw new Error("no subscription");
    await hub.deliver(
      { kind: "gap", subscription, since: null, reason: "timeout" },
      eventRun([{ target: subscription, value: 1 }]),
    );
    await fence(page, session);
    expect(seen).toEqual([1]);
    expect(page.reported.map(String)).toEqual(["Error: thrown"]);
  });

  it("@G14 marks the first event after the gap in an iteration", async () => {
    const { page, session, hub } = await connected();
    const iterator = session.events("com.example", { catchUp: true })[Symbol.asyncIterator]();
    const next = iterator.next();
    await fence(page, session);
    const [{ subscription, given } = {}] = hub.of("subscribe");
    if (subscription === undefined) throw new Error("no subscription");
    expect(given).toEqual({ catchUp: true });
    const details = { recovered: true };
    await hub.deliver(
      { kind: "gap", subscription, since: 1, reason: "expired" },
      { ...eventRun([{ target: subscription, value: 2 }]), details: [details] },
    );
    expect((await next).value).toMatchObject({
      args: [2],
      recovered: true,
      gap: { since: 1, reason: "expired" },
    } satisfies Partial<WampEvent>);
    await iterator.return?.();
  });

  it("@G14 refuses an `onGap` that is no function", async () => {
    const { session } = await connected();
    const options: object = { onGap: "yes" };
    await expect(session.subscribe("com.example", () => undefined, options)).rejects.toMatchObject({
      name: "InvalidArgumentError",
      message: expect.stringContaining("options.onGap") as string,
    });
  });

  it("@G14 @G17 tells the next worker what it has seen last", async () => {
    const { page, session, hub } = await connected();
    for (const topic of ["com.a", "com.b", "com.c"])
      await session.subscribe(topic, () => undefined, { catchUp: true });
    await session.subscribe("com.d", () => undefined);
    const [a, b] = hub.of("subscribe").map(({ subscription }) => subscription);
    if (a === undefined || b === undefined) throw new Error("no subscriptions");
    await hub.deliver(eventRun([{ target: a, value: 1 }]), {
      kind: "seen",
      subscription: b,
      publication: null,
    });
    await fence(page, session);
    await page.crash(session);
    await page.online(session);
    await fence(page, session);
    expect(page.hub.of("subscribe").map(({ topic, seen }) => [topic, seen])).toEqual([
      ["com.a", 1],
      ["com.b", null],
      ["com.c", undefined],
      ["com.d", undefined],
    ]);
  });
});
