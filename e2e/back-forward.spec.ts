import { engine } from "./engines/index.js";
import { expect, test } from "./support/fixtures.js";
import { follow, gapsOf, heard, historyOf, keepAlive, live, recovered } from "./support/followed.js";
import { shows as showsFeature } from "./support/needs.js";
import { storedWith } from "./support/stored.js";
import type { Tab } from "./support/tab.js";

test.use(engine.withPageCache);

/** Records in the page whether it was loaded or came from the cache. */
function watchShows(tab: Tab): Promise<void> {
  return tab.page.evaluate(() => {
    addEventListener("pageshow", ({ persisted }) => window.kit.recorder("shows").add(persisted));
  });
}

/** Returns what the page has recorded once it is back; nothing if it was loaded again. */
async function showsOfReturned(tab: Tab): Promise<boolean[]> {
  let shows: boolean[] | undefined;
  await expect
    .poll(async () => {
      // Fails as long as the browser replaces one document by the other: it may find out late that it cannot use the cached one.
      const isBack = tab.page.evaluate(() =>
        document.readyState === "complete" && !location.search.includes("elsewhere")
          ? window.kit.recorder<boolean>("shows").items
          : undefined,
      );
      shows = await isBack.catch(() => undefined);
      return shows;
    })
    .toBeDefined();
  return shows ?? [];
}

/** Connects, subscribes and registers, like an application when it loads. */
async function start(tab: Tab, uri: (name: string) => string): Promise<void> {
  await tab.connect();
  await tab.subscribe(uri("topic"));
  await tab.register(uri("p"), "who");
}

for (const site of ["same", "another"] as const) {
  for (const sibling of [true, false]) {
    for (const event of [false, true]) {
      const where = `a page of ${site === "same" ? "the same" : "another"} site`;
      const who = sibling ? "beside a sibling" : "alone";
      const what = event ? ", after an event that it could not get" : "";
      test(`@G17 a page that comes back from ${where} works, ${who}${what}`, async ({
        tabs,
        pages,
        router,
        foreign,
        uri,
      }) => {
        await foreign.register(uri("foreign"), ({ args, result }) => result(args));
        const other = sibling ? await tabs.open() : undefined;
        await other?.subscribe(uri("topic"));
        const tab = await tabs.blank();
        await start(tab, uri);
        await watchShows(tab);
        const elsewhere = new URL(`${pages.blank}?elsewhere`);
        // For a browser, these are two sites.
        if (site === "another") elsewhere.hostname = "localhost";

        await tab.page.goto(elsewhere.href);
        expect(await tab.page.evaluate(() => location.search)).toBe("?elsewhere");
        if (event) await foreign.publish(uri("topic"), ["missed"]);
        if (event) await other?.events(uri("topic"), 1);
        await tab.page.goBack({ waitUntil: "commit" });

        const shows = await showsOfReturned(tab);
        if (engine.cachesPages && !event) expect(shows).toEqual([true]);
        if (shows.length === 0) await start(tab, uri);
        // The hub knows the page.
        await tab.inspectUntil(({ tab, sessions }) =>
          sessions.some(({ tabs }) => tabs.some((one) => one.tab === tab)),
        );
        expect(await tab.call(uri("foreign"), ["call"], { timeout: 5_000 })).toBe("call");
        await tab.subscribe(uri("fence"));
        expect(await foreign.call(uri("p"))).toMatchObject({ args: ["tab" + (sibling ? "2" : "1")] });
        await foreign.publish(uri("topic"), ["again"]);
        // A page that is back before the first event has come through the router gets that one too.
        await expect
          .poll(async () => (await tab.events(uri("topic"), 1)).at(-1))
          .toMatchObject({ args: ["again"] });
        const id = await tab.sessionId();
        expect(await router.sessionIds()).toContain(id);
        if (other !== undefined) {
          expect(await other.sessionId()).toBe(id);
          expect(await other.firstArgs(uri("topic"), event ? 2 : 1)).toContain("again");
          expect(router.proxy.connections()).toBe(1);
        }
      });
    }
  }
}

for (const who of ["alone", "beside a sibling"] as const) {
  test(`@G14 a page that was in the cache has what was missed in the meantime, once and in order, ${who}`, async ({
    tabs,
    pages,
    router,
    foreign,
  }) => {
    showsFeature("broker.event_history");
    // Nexus forgets the history of a topic with its last subscriber, and for good.
    const topic = historyOf(who === "alone" ? "cached" : "shared");
    await keepAlive(router, topic);
    const sibling = who === "alone" ? undefined : await tabs.open();
    await sibling?.subscribe(topic);
    const tab = await tabs.blank();
    await tab.connect();
    await follow(tab, topic);
    const last = await foreign.publish(topic, ["before"]);
    await heard(tab, topic, 1);
    // A browser that does not keep the page may end its worker at once. Nothing would be lost: only the first place of a topic is stored at
    // once, and the event after it would come again.
    await storedWith(tab, String(last));
    await watchShows(tab);

    await tab.page.goto(`${pages.blank}?elsewhere`);
    for (const number of [1, 2, 3]) await foreign.publish(topic, [number]);
    await sibling?.events(topic, 4);
    await tab.page.goBack({ waitUntil: "commit" });

    const isCached = (await showsOfReturned(tab)).length > 0;
    if (!isCached) {
      await tab.connect();
      await follow(tab, topic);
    }
    const seen = isCached ? live(topic, "before") : [];
    await heard(tab, topic, seen.length + 3);
    await foreign.publish(topic, ["after"]);
    const all = await heard(tab, topic, seen.length + 4);
    const expected = [...seen, ...recovered(topic, 1, 2, 3), ...live(topic, "after")];
    if (sibling !== undefined) expect(all).toEqual(expected);
    else {
      // One that comes through the router only when the page is back is live, and only a sibling shows that all have come before.
      expect(all.map(({ value }) => value)).toEqual(expected.map(({ value }) => value));
      const flags = all.slice(seen.length).map(({ recovered }) => recovered);
      expect(flags.at(-1)).toBe(false);
      expect(flags.slice(flags.indexOf(false))).not.toContain(true);
    }
    expect(await gapsOf(tab, topic)).toEqual([]);
  });
}
