import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import { nextTask } from "../../web/next-task.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { FakePage, fence } from "../testing/fake-page.js";

const handler = (): undefined => undefined;

const overflow: ErrorRecord = {
  name: "OverflowError",
  message: "m",
  fields: { limit: "maxRequests", value: 2, maximum: 1 },
};

const refusals: readonly [string, ErrorRecord][] = [
  ["a deadline", { name: "TimeoutError", message: "m", fields: { timeout: 5, sent: true } }],
  ["an overflow", overflow],
  [
    "an authorizer that is not back yet",
    {
      name: "WampError",
      message: "wamp.error.authorization_failed",
      fields: { uri: "wamp.error.authorization_failed", details: {} },
    },
  ],
  ["an unknown URI", { name: "WampError", message: "m", fields: { uri: "com.example.busy", details: {} } }],
  [
    "a router without the feature",
    { name: "FeatureNotSupportedError", message: "m", fields: { feature: "pattern_based_subscription" } },
  ],
];

/** A page with a subscription and a registration whose worker has died, and whose next worker refuses to restore them. */
async function refused(error: ErrorRecord) {
  const page = new FakePage();
  const session = await page.connect();
  const handles = [
    await session.subscribe("com.example.x", handler),
    await session.register("com.example.x", handler),
  ] as const;
  const warnings: WampMuxError[] = [];
  session.on("warning", (warning) => warnings.push(warning));
  page.prepare = (hub) => {
    hub.take = (request) => {
      if ("replayed" in request) void hub.deliver({ kind: "rejected", request: request.request, error });
      else hub.answerDone(request);
    };
  };
  page.clock.advance(60_000);
  await page.crash(session);
  await page.online(session);
  await paused(page, 2);
  return { page, session, handles, warnings };
}

/** Resolves when so many restorations wait for their next attempt. */
async function paused(page: FakePage, restorations: number): Promise<void> {
  while (page.clock.pending < restorations) await new Promise<void>((resolve) => nextTask(resolve));
}

const replays = (page: FakePage): number => page.hub.posted.filter((request) => "replayed" in request).length;

describe("a handle that the new worker does not restore", () => {
  it.each(refusals)(
    "@G17 stays, and is requested again with growing delays, with one warning: %s",
    async (_why, error) => {
      const { page, session, handles, warnings } = await refused(error);
      for (const [failures, delay] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
        await paused(page, 2);
        expect(replays(page)).toBe(2 + 2 * failures);
        page.clock.advance(delay - 1);
        expect(page.clock.pending).toBe(2);
        page.clock.advance(1);
        await fence(page, session);
      }
      expect(handles.map(({ active }) => active)).toEqual([true, true]);
      expect(warnings.map(({ name }) => name)).toEqual([error.name, error.name]);
      await paused(page, 2);
      page.hub.take = (request) => page.hub.answerDone(request);
      page.clock.advance(30_000);
      await fence(page, session);
      expect(page.clock.pending).toBe(0);
      expect(handles.map(({ active }) => active)).toEqual([true, true]);
      for (const handle of handles)
        await ("unsubscribe" in handle ? handle.unsubscribe() : handle.unregister());
      expect(page.hub.posted.slice(-2).map(({ kind }) => kind)).toEqual(["unsubscribe", "unregister"]);
    },
  );

  it("@G17 is released at once, and not requested again", async () => {
    const { page, session, handles } = await refused(overflow);
    const [subscription, registration] = handles;
    await subscription.unsubscribe();
    await registration.unregister();
    expect(page.clock.pending).toBe(0);
    page.clock.advance(60_000);
    await fence(page, session);
    expect(page.hub.posted).toHaveLength(2);
  });

  it("@G17 is requested from the next worker if that one dies as well", async () => {
    const { page, session, handles } = await refused(overflow);
    page.prepare = () => undefined;
    await page.crash(session);
    await page.online(session);
    await fence(page, session);
    expect([page.clock.pending, replays(page)]).toEqual([0, 2]);
    expect(handles.map(({ active }) => active)).toEqual([true, true]);
  });

  it("ends with the session", async () => {
    const { page, session, handles } = await refused(overflow);
    await session.leave();
    expect(await Promise.all(handles.map(({ ended }) => ended))).toEqual([undefined, undefined]);
    expect(page.clock.pending).toBe(0);
  });

  it("is a warning once for each error", async () => {
    const page = new FakePage();
    const session = await page.connect();
    await session.subscribe("com.example.x", handler);
    const warnings: string[] = [];
    session.on("warning", ({ message }) => warnings.push(message));
    const uris = ["com.example.one", "com.example.two", "com.example.one"];
    const attempts = uris.length;
    page.prepare = (hub) => {
      hub.take = (request) => {
        const uri = "replayed" in request ? uris.shift() : undefined;
        if (uri === undefined || !("request" in request)) return hub.answerDone(request);
        const error = { name: "WampError", message: uri, fields: { uri, details: {} } } as const;
        void hub.deliver({ kind: "rejected", request: request.request, error });
      };
    };
    page.clock.advance(60_000);
    await page.crash(session);
    await page.online(session);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      await paused(page, 1);
      page.clock.advance(60_000);
    }
    await page.hub.next("subscribe", attempts + 1);
    await fence(page, session);
    expect(warnings).toEqual(["com.example.one", "com.example.two"]);
  });
});
