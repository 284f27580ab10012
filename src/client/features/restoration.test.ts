import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import { FakePage, fence } from "../testing/fake-page.js";
import type { FakeHub } from "../testing/fake-hub.js";

const handler = (): undefined => undefined;

const conflict: ErrorRecord = { name: "OptionConflictError", message: "m" };

/** A page with a subscription and a registration whose worker has died; `restore` is asked by the next one to restore them. */
async function replaced(restore: FakeHub["take"] = () => undefined) {
  const page = new FakePage();
  const session = await page.connect();
  const subscription = await session.subscribe("com.example.x", handler);
  const registration = await session.register("com.example.x", handler);
  page.prepare = (hub) => {
    hub.take = (request) => ("replayed" in request ? restore(request) : hub.answerDone(request));
  };
  await page.crash(session);
  await page.online(session);
  await fence(page, session);
  const isActive = (): readonly boolean[] => [subscription.active, registration.active];
  return { page, session, subscription, registration, isActive };
}

const replays = (page: FakePage): number => page.hub.posted.filter((request) => "replayed" in request).length;

describe("a handle that the new worker has not restored", () => {
  it("@G17 stays, without a deadline of the page's", async () => {
    const { page, session, isActive } = await replaced();
    page.clock.advance(600_000);
    await fence(page, session);
    expect([replays(page), isActive()]).toEqual([2, [true, true]]);
  });

  it("@G17 ends with the error if the worker refuses to restore it: that repeats whatever may pass", async () => {
    const { page, session, subscription, registration, isActive } = await replaced();
    for (const request of page.hub.posted)
      if ("replayed" in request && "request" in request)
        void page.hub.deliver({ kind: "rejected", request: request.request, error: conflict });
    await fence(page, session);
    expect(isActive()).toEqual([false, false]);
    const ends = await Promise.all([subscription.ended, registration.ended]);
    expect(ends.map((error) => error?.name)).toEqual(["OptionConflictError", "OptionConflictError"]);
  });

  it("@G17 is released, and ends without an error although that cancels its request", async () => {
    const { page, subscription, registration } = await replaced();
    page.hub.take = (request) => {
      if (request.kind !== "unsubscribe" && request.kind !== "unregister") return;
      const asked = page.hub.posted.filter((posted) => "replayed" in posted);
      const replay = asked[request.kind === "unsubscribe" ? 0 : 1];
      if (replay !== undefined && "request" in replay) {
        const error = { name: "CanceledError", message: "m", fields: { sent: true } } as const;
        void page.hub.deliver({ kind: "rejected", request: replay.request, error });
      }
      page.hub.answerDone(request);
    };
    await subscription.unsubscribe();
    await registration.unregister();
    expect(await Promise.all([subscription.ended, registration.ended])).toEqual([undefined, undefined]);
  });

  it("@G17 is requested from the next worker if that one dies as well", async () => {
    const { page, session, isActive } = await replaced();
    page.prepare = () => undefined;
    page.clock.advance(60_000);
    await page.crash(session);
    await page.online(session);
    await fence(page, session);
    expect([replays(page), isActive()]).toEqual([2, [true, true]]);
  });

  it("ends with the session", async () => {
    const { session, subscription, registration } = await replaced();
    await session.leave();
    expect(await Promise.all([subscription.ended, registration.ended])).toEqual([undefined, undefined]);
  });
});
