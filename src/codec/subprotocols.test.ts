import { describe, expect, it } from "vitest";
import { createCodecs } from "./codecs.js";
import { subprotocols, subprotocolsOf } from "./subprotocols.js";

describe("subprotocols", () => {
  it("have unique names and load the serializers in those names", async () => {
    expect(new Set(subprotocols.map(({ name }) => name)).size).toBe(subprotocols.length);
    for (const { name, serializer, load } of subprotocols) {
      expect(name).toBe(`wamp.2.${serializer}`);
      expect((await load()).name).toBe(serializer);
    }
  });

  it("are listed in the order of the serializers", () => {
    expect(subprotocolsOf(["msgpack", "json"]).map(({ name }) => name)).toEqual([
      "wamp.2.msgpack",
      "wamp.2.json",
    ]);
    expect(subprotocolsOf([])).toEqual([]);
  });
});

describe("codecs", () => {
  it("are available once they have been loaded, and not before", async () => {
    const codecs = createCodecs();
    await codecs.load(["json", "json"]);
    expect(codecs.get("json").name).toBe("json");
    expect(() => codecs.get("msgpack")).toThrow('the serializer "msgpack" has not been loaded');
    await codecs.load(["json", "msgpack"]);
    expect(codecs.get("msgpack").name).toBe("msgpack");
  });
});
