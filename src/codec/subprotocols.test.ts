import { describe, expect, it } from "vitest";
import { subprotocols, subprotocolsOf } from "./subprotocols.js";

describe("subprotocols", () => {
  it("have unique names, made of the names of their serializers", () => {
    expect(new Set(subprotocols.map(({ name }) => name)).size).toBe(subprotocols.length);
    for (const { name, serializer, batched } of subprotocols)
      expect(name).toBe(`wamp.2.${serializer}${batched ? ".batched" : ""}`);
  });

  it("are listed in the order of the serializers, the batched ones first @G29", () => {
    expect(subprotocolsOf(["msgpack", "json"]).map(({ name }) => name)).toEqual([
      "wamp.2.msgpack.batched",
      "wamp.2.msgpack",
      "wamp.2.json.batched",
      "wamp.2.json",
    ]);
    expect(subprotocolsOf([])).toEqual([]);
  });
});
