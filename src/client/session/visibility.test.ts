import { describe, expect, it } from "vitest";
import { nextTask } from "../../web/next-task.js";
import { FakePage, fence } from "../testing/fake-page.js";

const hiddenInHello = (page: FakePage) =>
  page.hubs.flatMap(({ hellos }) => hellos.map(({ isHidden }) => isHidden));

describe("a page", () => {
  it("@G21 tells the hub in its hello whether it is hidden, and then of each change", async () => {
    const page = new FakePage();
    page.hide(true);
    const session = await page.connect({ hiddenPace: 250 });
    expect(hiddenInHello(page)).toEqual([true]);
    expect(page.hub.hellos[0]?.session.hiddenPace).toBe(250);
    for (const isHidden of [false, true, true, false]) page.hide(isHidden);
    await fence(page, session);
    expect(page.hub.hidden).toEqual([false, true, false]);
    await session.leave();
    expect(page.watchers).toBe(0);
  });

  it("@G21 is visible otherwise, and says nothing more", async () => {
    const page = new FakePage();
    const session = await page.connect();
    page.hide(false);
    await fence(page, session);
    expect([hiddenInHello(page), page.hub.hidden]).toEqual([[false], []]);
    expect(page.hub.hellos[0]?.session.hiddenPace).toBe(100);
  });

  it("@G21 that is hidden while its hello is on its way tells so when it is admitted", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => {
        page.hide(true);
        return hub.welcome();
      };
    };
    const session = await page.connect();
    await fence(page, session);
    expect([hiddenInHello(page), page.hub.hidden]).toEqual([[false], [true]]);
  });

  it("@G21 @G17 tells the next worker of its present state", async () => {
    const page = new FakePage();
    const session = await page.connect();
    page.hide(true);
    await fence(page, session);
    await page.crash(session);
    await page.online(session);
    await fence(page, session);
    expect([hiddenInHello(page), page.hub.hidden, page.watchers]).toEqual([[false, true], [], 1]);
  });

  it("@G21 that is hidden when its worker is dead reports no error", async () => {
    const page = new FakePage();
    const session = await page.connect();
    page.hub.kill();
    page.hide(true);
    await page.crash(session);
    await page.online(session);
    await new Promise<void>((resolve) => nextTask(resolve));
    expect([page.reported, hiddenInHello(page)]).toEqual([[], [false, true]]);
  });
});
