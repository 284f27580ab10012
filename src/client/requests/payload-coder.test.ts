import { beforeEach, describe, expect, it, vi } from "vitest";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { SerializerName } from "../../protocol/payload.js";

// Each test loads the file of the codec anew.
beforeEach(() => vi.resetModules());

async function createCoder(serializer: SerializerName) {
  const { createPayloadCoder } = await import("./payload-coder.js");
  return createPayloadCoder(() => serializer);
}

const use = "the result of com.example.x";

describe("the payload coder of a session", () => {
  it("has JSON from the beginning", async () => {
    const coder = await createCoder("json");
    expect(coder.load("json")).toBeUndefined();
    const payload = coder.encode([1], { key: 2 });
    expect(payload).toEqual({ serializer: "json", count: 2, data: '[1],{"key":2}' });
    expect(coder.decode(payload, use)).toEqual({ args: [1], kwargs: { key: 2 } });
  });

  it("writes JSON until the serializer of its session is loaded, and does not load it for other sessions", async () => {
    const coder = await createCoder("msgpack");
    const other = await createCoder("msgpack");
    expect(coder.encode([1]).serializer).toBe("json");
    await coder.load("msgpack");
    expect(coder.load("msgpack")).toBeUndefined();
    expect([coder.encode([1]).serializer, other.encode([1]).serializer]).toEqual(["msgpack", "json"]);
    expect(other.load("msgpack")).toBeInstanceOf(Promise);
  });

  it("can load again after the file could not be loaded", async () => {
    vi.doMock("../../codec/msgpack-payload.js", () => {
      throw new Error("404");
    });
    const coder = await createCoder("msgpack");
    await expect(coder.load("msgpack")).rejects.toThrow();
    vi.doUnmock("../../codec/msgpack-payload.js");
    expect(coder.load("msgpack")).toBeInstanceOf(Promise);
  });

  it("names the place of a value that cannot be encoded, with either serializer", async () => {
    const coder = await createCoder("msgpack");
    const args = [1, { deep: () => 0 }];
    const expected = expect.objectContaining({ name: "SerializationError", path: "args[1].deep" }) as Error;
    expect(() => coder.encode(args)).toThrow(expected);
    await coder.load("msgpack");
    expect(() => coder.encode(args)).toThrow(expected);
  });

  it("@G23 names the message whose arguments cannot be decoded, and the reason", async () => {
    const coder = await createCoder("json");
    const broken = { serializer: "json", count: 1, data: "[oops" } as const;
    const unloaded = msgpackSerializer.encodePayload([1]);
    const messageOf = (payload: Parameters<typeof coder.decode>[0]): string => {
      try {
        coder.decode(payload, use);
        return "decoded";
      } catch (error) {
        return String(error);
      }
    };
    const prefix = "PayloadDecodeError: The arguments of the result of com.example.x cannot be decoded: ";
    expect(messageOf(broken)).toContain(prefix);
    expect(messageOf(unloaded)).toBe(`${prefix}the codec of msgpack (msgpack.js) is not loaded`);
    expect(coder.tryDecode(broken)).toEqual({ failure: expect.any(Error) as unknown });
  });

  it("@G23 decodes the other payloads of a joined piece if one is malformed", async () => {
    const coder = await createCoder("json");
    const joined = jsonSerializer.join([1, 22, 3].map((value) => jsonSerializer.encodePayload([value])));
    expect(coder.decodeJoined(joined)).toEqual([1, 22, 3].map((value) => ({ args: [value], kwargs: {} })));
    const data = String(joined.data).replace("22", "2!");
    expect(coder.decodeJoined({ ...joined, data })).toEqual([
      { args: [1], kwargs: {} },
      { failure: expect.any(Error) as unknown },
      { args: [3], kwargs: {} },
    ]);
  });

  it("decodes nothing of a joined piece whose codec is not loaded, and everything once it is", async () => {
    const coder = await createCoder("json");
    const joined = msgpackSerializer.join([1, 2].map((value) => msgpackSerializer.encodePayload([value])));
    expect(coder.decodeJoined(joined).map((each) => "failure" in each)).toEqual([true, true]);
    await coder.load("msgpack");
    expect(coder.decodeJoined(joined)).toEqual([1, 2].map((value) => ({ args: [value], kwargs: {} })));
  });
});
