import * as fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import type { Payload } from "../../protocol/payload.js";
import { json, leftovers, prepareWorld } from "../../testing/harness.js";
import { runs } from "../../testing/property-runs.js";
import type { FakeTab } from "../../testing/fake-tab.js";

/** A step in the life of a session whose pages follow a topic. Pages are numbered in the order in which they were opened. */
type Step =
  | { readonly kind: "foreign" | "open" | "drop" | "hold" | "release" }
  | { readonly kind: "own" | "freeze" | "thaw" | "kill" | "hide"; readonly page: number }
  | { readonly kind: "wait"; readonly milliseconds: number };

const page = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "foreign" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("own" as const), page }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("freeze", "kill"), page }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("thaw", "hide"), page }) },
  { weight: 3, arbitrary: fc.constantFrom({ kind: "open" } as const, { kind: "release" } as const) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "drop" } as const, { kind: "hold" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(0, 300, 1_000, 12_000),
    }),
  },
);

interface Page {
  readonly tab: FakeTab;
  readonly number: number;
  /** Number of the values that were published before it was there, and before it vanished. */
  readonly from: number;
  until: number;
  /** The values that had reached the hub when it was there, and when it vanished. */
  readonly known: ReadonlySet<string>;
  due: ReadonlySet<string>;
  /** True if it vanished before a history came, which might have had anything. */
  awaited: boolean;
  thaw: () => void;
}

const valueOf = (payload: Payload): string => String(jsonPayloads.decodePayload(payload).args[0]);

it("@G14 an event that a page has not taken in when it vanishes reaches a later one, and no other event is repeated", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = prepareWorld();
      const { router } = world;
      const pages: Page[] = [];
      const published: string[] = [];
      const arrived = new Set<string>();
      let asked = 0;
      router.override = (message) => {
        if (message.type === "PUBLISH") published.push(valueOf(message.payload));
        return false;
      };
      router.onDelivered = (message) => {
        if (message.type === "EVENT") arrived.add(valueOf(message.payload));
      };
      const foreign = (): void => {
        const value = `foreign ${published.length}`;
        published.push(value);
        router.publish("com.kept", json(value));
      };
      const open = async () => {
        const tab = world.join();
        tab.subscribe("com.kept", { catch_up: true });
        const known = new Set(arrived);
        const opened = {
          tab,
          number: pages.length,
          until: Infinity,
          known,
          due: arrived,
          awaited: false,
          thaw: () => undefined,
        };
        pages.push({ ...opened, from: published.length });
        await world.settle();
      };
      const living = (number: number): Page | undefined =>
        pages.find((one) => one.number === number && one.until === Infinity);
      for (let count = 0; count < 2; count += 1) await open();
      for (const next of steps) {
        const one = "page" in next ? living(next.page) : undefined;
        switch (next.kind) {
          case "foreign":
            foreign();
            break;
          case "open":
            await open();
            break;
          case "drop":
            router.drop();
            break;
          case "hold":
            router.hold("EVENT", "RESULT");
            break;
          case "release":
            router.release();
            break;
          case "wait":
            await world.advance(next.milliseconds);
            break;
          case "own":
            one?.tab.publish("com.kept", [`own ${one.number} ${(asked += 1)}`]);
            await world.settle();
            break;
          case "freeze":
            one?.thaw();
            if (one !== undefined) one.thaw = one.tab.freeze();
            break;
          case "thaw":
            one?.thaw();
            break;
          case "hide":
            void one?.tab.setHidden(true);
            break;
          case "kill":
            if (one === undefined) break;
            // A page that has taken in an event has also told so.
            await world.settle();
            Object.assign(one, {
              until: published.length,
              due: new Set(arrived),
              awaited: router.held.some(({ message }) => message.type === "RESULT"),
            });
            world.kill(one.tab);
            await world.settle();
        }
      }
      router.release();
      await world.advance(60_000);
      for (const { thaw, until } of pages) if (until === Infinity) thaw();
      await open();
      foreign();
      await world.advance(60_000);

      // A history that is held back for long is a gap.
      const isWhole = pages.every(({ tab }) => tab.of("gap").length === 0);
      for (const { tab, number, from, until, known, due } of pages) {
        const got = tab.heard.map(String);
        const isOwn = (value: string) => value.startsWith(`own ${number} `);
        expect(new Set(got).size).toBe(got.length);
        expect(published.filter((value) => got.includes(value))).toEqual(got);
        expect(got.filter(isOwn)).toEqual([]);
        if (!isWhole) continue;
        const followed = published.slice(from, until).filter((value) => !isOwn(value));
        const gone = followed.filter((value) => !got.includes(value));
        if (until === Infinity) expect(gone).toEqual([]);
        const later = pages.filter((one) => one.from >= until).flatMap((one) => one.tab.heard);
        expect(gone.filter((value) => due.has(value) && !later.includes(value))).toEqual([]);
        // The first event of the time before this page.
        const recovered = tab.events.filter(({ details }) => details["recovered"] === true);
        const first = String(recovered[0]?.args[0]);
        const place = published.indexOf(first);
        // It came later to the hub than the page, though it was published before.
        const wasThere = (one: Page) => one.from <= place || !one.known.has(first);
        const isMissed = (one: Page) => wasThere(one) && place < one.until && one.until <= from;
        const missed = pages.filter((one) => isMissed(one) && !one.tab.heard.includes(first));
        const wasFollowed = pages.some((one) => one.from <= place && place < one.until);
        const wasAwaited = pages.some((one) => one.awaited && one.until <= from);
        if (place >= 0 && known.has(first) && wasFollowed && !wasAwaited) expect(missed).not.toEqual([]);
      }
      expect(await leftovers()).toEqual([]);
    }),
    runs(200),
  );
});
