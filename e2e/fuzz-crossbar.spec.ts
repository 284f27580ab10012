import { expect, test as base } from "./support/fixtures.js";
import { installFuzzCases, type Tally } from "./support/fuzz-cases.js";
import { installFuzzPort } from "./support/fuzz-port.js";
import { installFuzzValues } from "./support/fuzz-values.js";
import type { Tab } from "./support/tab.js";

// Crossbar.io closes the socket, and with it ends the session of every tab, over much that other routers take or answer with an ERROR.
// FUZZ_SEED repeats a run, or makes another one.
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);

interface Fuzz {
  /** Opens the tabs of a test in one serializer, lets them work, and checks that the session is the same at the end. */
  readonly keepsSession: (
    serializer: "json" | "msgpack",
    work: (tab: Tab, sibling: Tab) => Promise<unknown>,
  ) => Promise<void>;
}

const test = base.extend<Fuzz>({
  keepsSession: async ({ tabs, uri }, use) => {
    tabs.expectErrors();
    for (const install of [installFuzzValues, installFuzzCases, installFuzzPort]) {
      tabs.addInitScript(install);
    }
    await use(async (serializer, work) => {
      // A session of its own in the other serializer takes what the router passes on from the first.
      const others = serializer === "json" ? (["msgpack"] as const) : (["json"] as const);
      const peer = await tabs.open({ principal: "peer", serializers: others });
      const all = [...(await tabs.two({ serializers: [serializer] })), peer] as const;
      const [tab, sibling] = all;
      for (const witness of all) {
        await witness.page.evaluate(() => {
          window.session.on("status", ({ state }) => window.kit.recorder("statuses").add(state));
        });
      }
      await peer.subscribe(uri("fuzz"), { match: "prefix" });
      await peer.register(uri("fuzz.two"), "echo");
      await tab.register(uri("fuzz.three"), "echo");
      await sibling.register(uri("end"), "echo");
      const ids = await Promise.all(all.map((one) => one.sessionId()));

      await work(tab, sibling);

      for (const witness of all) {
        const statuses = await witness.page.evaluate(() => window.kit.recorder("statuses").items);
        expect(statuses, `${witness.name} with seed ${SEED}`).toEqual([]);
        expect(await witness.call(uri("end"), [witness.name], { timeout: 10_000 })).toBe(witness.name);
      }
      expect(await Promise.all(all.map((one) => one.sessionId()))).toEqual(ids);
    });
  },
});

const sum = (tally: Tally) => Object.values(tally).reduce((total, count) => total + count, 0);

for (const serializer of ["json", "msgpack"] as const) {
  test(`${serializer}: whatever a tab asks for, it settles, and the session goes on`, async ({
    keepsSession,
    uri,
  }) => {
    await keepsSession(serializer, async (tab) => {
      const count = 2_500;
      const tally = await tab.page.evaluate(
        ([seed, count, prefix]) => window.fuzz.requests(seed, count, prefix),
        [SEED, count, uri("fuzz")] as const,
      );
      expect(sum(tally), `settled cases with seed ${SEED}`).toBe(count);
    });
  });

  test(`${serializer}: whatever a handler answers, the call settles, and the session goes on`, async ({
    keepsSession,
    foreign,
    uri,
  }) => {
    await foreign.register(uri("failing"), ({ error }) => error("com.e2e.foreign", [1], { a: 1 }));
    await keepsSession(serializer, async (tab, sibling) => {
      const count = 1_000;
      await sibling.page.evaluate(([seed, procedure, other]) => window.fuzz.answer(seed, procedure, other), [
        SEED,
        uri("answers"),
        uri("failing"),
      ] as const);
      const tally = await tab.page.evaluate(
        ([seed, count, procedure]) => window.fuzz.ask(seed, count, procedure),
        [SEED, count, uri("answers")] as const,
      );
      expect(sum(tally), `settled cases with seed ${SEED}`).toBe(count);
    });
  });

  test(`${serializer}: whatever a page posts to the worker, the session goes on`, async ({
    keepsSession,
    uri,
  }) => {
    await keepsSession(serializer, (tab) =>
      tab.page.evaluate(([seed, prefix]) => window.fuzzPort.posts(seed, 1_500, prefix), [
        SEED,
        uri("fuzz"),
      ] as const),
    );
  });

  test(`${serializer}: whatever a page's hello asks for, the session goes on`, async ({ keepsSession }) => {
    await keepsSession(serializer, (tab) =>
      tab.page.evaluate((seed) => window.fuzzPort.hellos(seed, 200), SEED),
    );
  });
}
