import { afterEach, describe, expect, it } from "vitest";
import type { AuthConfig } from "../../contract/session-config.js";
import { askOutbox, callDurably, entriesIn, keysIn, publishDurably } from "../../testing/durable.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

const ticketOf = (authid: string): AuthConfig => ({ method: "ticket", authid, secret: { literal: authid } });

function setTickets({ router }: World): void {
  router.details = { ...router.details, authmethod: "ticket" };
  for (const authid of ["joe", "sue"]) router.tickets.set(authid, authid);
}

/** Returns a world of joe, with a failed call of his. */
async function startAsJoe(outbox = { maxEntries: 100, maxBytes: 100_000, maxAge: 600_000 }) {
  const world = prepareWorld({ auth: [ticketOf("joe")], outbox });
  setTickets(world);
  const [a, b] = [world.join(), world.join()];
  b.register("com.durable");
  b.onInvocation = (invocation) => b.fail(invocation, "com.example.refused");
  await world.settle();
  callDurably(a, "1");
  await world.settle();
  return { world, router: world.router, a, b };
}

async function keysOf(world: World, tab: FakeTab): Promise<string[]> {
  const listed = askOutbox(tab, "list");
  await world.settle();
  return entriesIn(listed).map(({ key }) => key);
}

async function become(world: World, tab: FakeTab, authid: string): Promise<void> {
  tab.reauthenticate(ticketOf(authid));
  await world.settle();
}

describe("the outbox of several identities", () => {
  it("@G16 shows and gives to the next user nothing of the former one's", async () => {
    const { world, a, b } = await startAsJoe();
    expect(await keysOf(world, a)).toEqual(["1"]);
    await become(world, a, "sue");
    expect(await keysOf(world, b)).toEqual([]);
    const acts = (["cancel", "retry", "dismiss"] as const).map((action) => askOutbox(b, action, "1"));
    await world.settle();
    expect(acts.map(({ outcome }) => outcome)).toMatchObject(acts.map(() => ({ isDone: false })));
    await become(world, a, "joe");
    expect(await keysOf(world, b)).toEqual(["1"]);
  });

  it("tells the tabs that watch what a new identity hides and shows", async () => {
    const { world, a, b } = await startAsJoe();
    askOutbox(b, "watch");
    await become(world, a, "sue");
    await become(world, a, "joe");
    expect(b.of("outbox").map(({ key, entry }) => [key, entry?.state])).toEqual([
      ["1", undefined],
      ["1", "failed"],
    ]);
  });

  it("has room for the next user whatever the former one has left", async () => {
    const { world, a } = await startAsJoe({ maxEntries: 1, maxBytes: 100_000, maxAge: 600_000 });
    await become(world, a, "sue");
    const asked = publishDurably(a, "2");
    await world.settle();
    expect(asked.outcome?.kind).toBe("published");
  });

  it("@G16 binds to the first identity also what has failed before, shows it to no other, and sends it when it is asked to", async () => {
    const world = prepareWorld({ auth: [ticketOf("joe")] });
    setTickets(world);
    world.router.up = false;
    const a = world.join();
    await world.settle();
    publishDurably(a, "1", { timeout: 1_000 });
    await world.advance(2_000);
    world.router.up = true;
    await world.advance(60_000);
    await become(world, a, "sue");
    expect(await keysOf(world, a)).toEqual([]);
    await become(world, a, "joe");
    expect(await keysOf(world, a)).toEqual(["1"]);
    askOutbox(a, "retry", "1");
    await world.settle();
    expect([keysIn(world.router.received), await keysOf(world, a)]).toEqual([["1"], []]);
  });

  it("shows before the first WELCOME what belongs to the identity that the login names", async () => {
    const { world: former } = await startAsJoe();
    for (const [authid, keys] of [
      ["joe", ["1"]],
      ["sue", []],
    ] as const) {
      const world = prepareWorld({ auth: [ticketOf(authid)] });
      for (const [position, entry] of former.fake.outbox.entries) world.fake.outbox.restore(position, entry);
      world.router.up = false;
      expect(await keysOf(world, world.join())).toEqual(keys);
      setTickets(world);
    }
  });
});
