import { describe, expect, it } from "vitest";
import { isJoinError } from "../errors/session-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { FakePage, fence } from "../testing/fake-page.js";

describe("a page", () => {
  it("@G11 relays to the hub whether the browser has a network", async () => {
    const page = new FakePage();
    page.setOffline(true);
    const session = await page.connect();
    expect(page.hub.hellos[0]).toMatchObject({ isOffline: true });
    page.setOffline(false);
    page.setOffline(true);
    await fence(page, session);
    expect(page.hub.network).toEqual([true, false]);
    await session.leave();
    page.setOffline(false);
    expect(page.hub.network).toEqual([true, false]);
  });

  it.each([true, false])(
    "@G11 relays what changed while the hub was admitting it: to %s",
    async (isOnline) => {
      const page = new FakePage();
      page.setOffline(isOnline);
      page.prepare = (hub) => {
        hub.answerHello = () => {
          page.setOffline(!isOnline);
          return hub.welcome();
        };
      };
      const session = await page.connect();
      await fence(page, session);
      expect(page.hub.hellos[0]).toMatchObject({ isOffline: isOnline });
      expect(page.hub.network).toEqual([isOnline]);
      await session.leave();
    },
  );

  it("@G11 tells it again when it comes back from the back/forward cache, where it heard nothing", async () => {
    const page = new FakePage();
    const session = await page.connect();
    page.comeBack();
    await fence(page, session);
    expect(page.hub.network).toEqual([true]);
    await session.leave();
  });

  it("@G11 is asked whether a reason is fatal, only if its application has a judgement", async () => {
    const page = new FakePage();
    const reasons: WampMuxError[] = [];
    const session = await page.connect({
      isFatal: (reason) => {
        reasons.push(reason);
        return isJoinError(reason) ? true : undefined;
      },
    });
    expect(page.hub.hellos[0]?.session.isFatal).toBe("ask");
    const fields = { uri: "com.example.closed", details: {} };
    expect(await page.hub.isFatal({ name: "JoinError", message: "closed", fields })).toBe(true);
    expect(await page.hub.isFatal({ name: "ConnectionLostError", message: "lost" })).toBeNull();
    expect(reasons).toMatchObject([{ name: "JoinError", uri: "com.example.closed" }, { message: "lost" }]);
    await session.leave();
    const plain = new FakePage();
    await plain.connect();
    expect(plain.hub.hellos[0]?.session).not.toHaveProperty("isFatal");
  });

  it("@G11 leaves to the table what its judgement throws over, and reports that", async () => {
    const page = new FakePage();
    const error = new Error("a mistake of the application");
    const session = await page.connect({
      isFatal: () => {
        throw error;
      },
    });
    expect(await page.hub.isFatal({ name: "ConnectionLostError", message: "lost" })).toBeNull();
    expect(page.reported).toEqual([error]);
    await session.leave();
  });
});
