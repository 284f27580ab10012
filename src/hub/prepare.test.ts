import { describe, expect, it } from "vitest";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import type { TabId } from "../contract/ids.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { sessionConfig } from "../testing/session-config.js";
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
});
