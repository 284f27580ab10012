import { describe, expect, it } from "vitest";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import type { TabId } from "../contract/ids.js";
import { tabLock } from "../contract/port.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { FakeTab } from "../testing/fake-tab.js";
import { connectConfig, sessionConfig } from "../testing/session-config.js";
import { createHub } from "./hub.js";

describe("the file of a serializer that does not arrive", () => {
  it("delays one tab for 2 s and no later one, unless that names another place of the file", async () => {
    const fake = createFakeEnvironment();
    const loader = () => new Promise<never>(() => undefined);
    const hub = createHub({ ...fake.env, codecs: createCodecs([jsonSerializer], loader) });
    const delay = async (tab: string, url: string): Promise<number> => {
      const start = fake.clock.now();
      let end = Infinity;
      const hello = {
        contract: CONTRACT_VERSION,
        tab: tab as TabId,
        session: sessionConfig({ serializers: ["msgpack", "json"] }),
        codecUrls: [{ serializer: "msgpack" as const, url }],
      };
      void hub.prepare(hello).then(() => (end = fake.clock.now()));
      for (let passed = 0; passed < 3_000; passed += 500) await fake.advance(500);
      return end - start;
    };
    const old = "https://app.example/old/msgpack.js";
    expect([await delay("a", old), await delay("b", old)]).toEqual([2_000, 0]);
    const latest = "https://app.example/new/msgpack.js";
    expect([await delay("c", latest), await delay("d", latest)]).toEqual([2_000, 0]);
  });

  it.each(["at once", "only after the tab was attached without it"])(
    "@G28 is told to the tabs that prefer it, if it is the application's: %s",
    async (time) => {
      const fake = createFakeEnvironment();
      let fail = (): void => undefined;
      const loader = () => new Promise<never>((_, reject) => (fail = () => reject(new Error("not found"))));
      const hub = createHub({ ...fake.env, codecs: createCodecs([jsonSerializer], loader) });
      const admit = (id: string) => {
        const tab = new FakeTab(id as TabId);
        fake.locks.take(tabLock(tab.id));
        const serializers = [{ name: "tagged", url: "https://app.example/tagged.js" }, "json" as const];
        const session = connectConfig(sessionConfig({ serializers }));
        const hello = { contract: CONTRACT_VERSION, tab: tab.id, session, codecUrls: [] };
        void hub.admit(hello, tab).then(({ port }) => (tab.port = port));
        return tab;
      };
      const tabs = [admit("a")];
      await fake.settle();
      if (time !== "at once") {
        await fake.advance(2_000);
        tabs.push(admit("b"));
        await fake.advance(250);
        expect(tabs.map(({ port }) => port !== undefined)).toEqual([true, true]);
      }
      expect(tabs.flatMap((tab) => tab.of("warning"))).toEqual([]);
      fail();
      await fake.settle();
      const warning = {
        error: { name: "UnsupportedError", fields: { missing: [expect.stringContaining("tagged")] } },
      };
      for (const tab of tabs) expect(tab.of("warning")).toMatchObject([warning]);
      for (const tab of tabs) await tab.leave();
    },
  );
});
