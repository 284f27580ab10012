import { describe, expect, it } from "vitest";
import { cborSerializer } from "../../codec/cbor.js";
import { createCodecs } from "../../codec/codecs.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import { serializers } from "../../codec/serializers.js";
import type { Notice } from "../../contract/notices.js";
import type { Payload } from "../../protocol/payload.js";
import { TabReader } from "./tab-reader.js";

const inCbor = (...args: readonly unknown[]): Payload => cborSerializer.encodePayload(args, { n: 1 });
const inJson = (...args: readonly unknown[]): Payload => jsonSerializer.encodePayload(args, { n: 1 });

function result(payload: Payload): Notice {
  return { kind: "result", request: 1 as never, progress: false, details: {}, payload };
}

function event(publication: number, payload: Payload): Notice {
  return { kind: "event", target: 7 as never, publication, details: {}, payload };
}

function failure(payload: Payload): Notice {
  const error = {
    name: "WampError",
    message: "",
    fields: { uri: "com.error", details: {} },
    payload,
  } as const;
  return {
    kind: "rejected",
    request: 1 as never,
    error: { name: "WorkerStartError", cause: error } as never,
  };
}

function run(...payloads: readonly Payload[]): Notice {
  const publications = Float64Array.from(payloads, (_payload, index) => index);
  const joined = cborSerializer.join(payloads);
  return { kind: "events", targets: [7 as never], publications, details: [], payloads: joined };
}

const readOne = (reader: TabReader, notice: Notice) => reader.readAll([notice]);

describe("the reader of a tab", () => {
  it("leaves everything as it is if the page can read all", () => {
    const reader = new TabReader(createCodecs(serializers));
    for (const notice of [result(inCbor(1)), run(inCbor(1))])
      expect(readOne(reader, notice)).toEqual([notice]);
  });

  it("@G28 transcodes what the page cannot read: results, invocations, errors, and each event of a run", () => {
    const reader = new TabReader(createCodecs(serializers), ["cbor"]);
    expect(readOne(reader, result(inCbor(1)))).toEqual([result(inJson(1))]);
    expect(readOne(reader, failure(inCbor("a")))).toEqual([failure(inJson("a"))]);
    expect(readOne(reader, event(3, inCbor(Uint8Array.of(1))))).toEqual([event(3, inJson(Uint8Array.of(1)))]);
    expect(readOne(reader, run(inCbor(1), inCbor(2)))).toEqual([event(0, inJson(1)), event(1, inJson(2))]);
    const inMsgpack = result(msgpackSerializer.encodePayload([1]));
    expect(readOne(reader, inMsgpack)).toEqual([inMsgpack]);
  });

  it("leaves a payload that JSON cannot carry or that is malformed to the page, and no other", () => {
    const reader = new TabReader(createCodecs(serializers), ["cbor"]);
    expect(readOne(reader, result(inCbor(NaN)))).toEqual([result(inCbor(NaN))]);
    const broken = { serializer: "cbor", count: 1, data: Uint8Array.of(0xf0) } as const;
    const read = readOne(reader, run(inCbor(1), inCbor(NaN), broken, inCbor(2)));
    expect(read.map((notice) => "payload" in notice && notice.payload.serializer)).toEqual([
      "json",
      "cbor",
      "cbor",
      "json",
    ]);
  });

  it("@G28 transcodes what the page gives back, and from then on everything", () => {
    const reader = new TabReader(createCodecs(serializers));
    expect(reader.readGiven("cbor", [result(inCbor(1)), run(inCbor(2))])).toEqual([
      [result(inJson(1))],
      [event(0, inJson(2))],
    ]);
    expect(readOne(reader, result(inCbor(3)))).toEqual([result(inJson(3))]);
  });

  it("refuses what is no serializer or no notice", () => {
    const reader = new TabReader(createCodecs(serializers));
    expect(() => reader.readGiven("no name", [])).toThrow(TypeError);
    const endless = {
      ...run(inCbor(1)),
      payloads: { serializer: "cbor", ends: { length: 2 ** 32 }, data: "" },
    };
    expect(() => reader.readGiven("cbor", [endless as never])).toThrow("payloads.ends: a Uint32Array");
    expect(() => reader.readGiven("cbor", [null as never])).toThrow(TypeError);
  });
});
