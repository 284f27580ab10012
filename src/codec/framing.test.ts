import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol/errors.js";
import { createBatch } from "./batch.js";
import { createFraming } from "./framing.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";
import type { Frame } from "./serializer.js";
import vectors from "./vectors/batches.json" with { type: "json" };

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const text = (hex: string): string => Buffer.from(bytes(hex)).toString("utf8");
const hexOf = (frame: Frame): string => Buffer.from(frame as string).toString("hex");
/** Messages as a serializer makes them. */
const contents = fc.array(
  fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean()), { maxLength: 4 }),
  { minLength: 1, maxLength: 8 },
);

describe("a batch @G29", () => {
  const text1e = () => createFraming(jsonSerializer, true);

  it.each(vectors.text)("of text has its vector: $what", ({ messages, frame }) => {
    expect(hexOf(text1e().join(messages))).toBe(frame.replaceAll(" ", ""));
    expect(text1e().split(text(frame))).toEqual(messages);
  });

  it.each(vectors.binary)("of bytes has its vector: $what", ({ messages, frame }) => {
    const parts = messages.map(bytes);
    const framing = createFraming(msgpackSerializer);
    expect(hexOf(framing.join(parts))).toBe(frame.replaceAll(" ", ""));
    expect(framing.split(bytes(frame))).toEqual(parts);
  });

  it.each(vectors.brokenText)("of text is refused: $what", ({ frame, words }) => {
    expect(() => text1e().split(text(frame))).toThrow(new ProtocolError(words));
  });

  it.each(vectors.brokenBinary)("of bytes is refused: $what", ({ frame, words }) => {
    expect(() => createFraming(msgpackSerializer).split(bytes(frame))).toThrow(new ProtocolError(words));
  });

  it("leaves a frame of the other kind to the serializer, which has the words for it", () => {
    const wrong = Uint8Array.of(0, 0, 0, 0);
    expect(createFraming(jsonSerializer).split(wrong)).toEqual([wrong]);
    expect(createFraming(msgpackSerializer).split("[1]\x1e")).toEqual(["[1]\x1e"]);
  });

  it("gives each of several binary messages a buffer of its own, which can be transferred", () => {
    const framing = createFraming(msgpackSerializer);
    const [one, other] = framing.split(framing.join([Uint8Array.of(1), Uint8Array.of(2)]));
    if (typeof one === "string" || typeof other === "string") throw new Error("text");
    expect([one?.buffer.byteLength, other?.buffer.byteLength]).toEqual([1, 1]);
  });

  it("ends the first text by both characters, and the others as the peer does", () => {
    for (const [end, name] of [
      ["\x1e", "the specification"],
      ["\x18", "Autobahn|Python"],
    ] as const) {
      const framing = createFraming(jsonSerializer);
      expect(framing.join(["[1]"]), name).toBe("[1]\x18\x1e");
      expect(framing.split(`[2]${end}[3]${end}`), name).toEqual(["[2]", "[3]"]);
      expect(framing.join(["[4]", "[5]"]), name).toBe(`[4]${end}[5]${end}`);
    }
  });

  it("is answered as the specification says when a client knows both ends", () => {
    const framing = createFraming(jsonSerializer);
    expect(framing.split("[1]\x18\x1e")).toEqual(["[1]"]);
    expect(framing.join(["[2]"])).toBe("[2]\x1e");
  });

  it("keeps a message whole whose arguments another client has malformed", () => {
    const framing = text1e();
    const malformed = '[36,1,2,{},["a\x1e[6,{},\\"x\\"]\x18"]]';
    const [message, ...others] = framing.split(framing.join([malformed]));
    expect(others).toEqual([]);
    expect(JSON.parse(String(message))).toEqual([36, 1, 2, {}, ['a\x1e[6,{},"x"]\x18']]);
  });

  it("yields what was packed, for any messages", () => {
    fc.assert(
      fc.property(contents, (messages) => {
        for (const serializer of [jsonSerializer, msgpackSerializer]) {
          const { binary } = serializer;
          const encoded = messages.map((message) =>
            serializer.encode({ fields: [36, ...message], payload: undefined }),
          );
          const framing = createFraming({ binary });
          const frame = framing.join(encoded);
          expect(createFraming({ binary }).split(frame)).toEqual(encoded);
          const sizes = encoded.map((each) => Buffer.byteLength(each) + framing.overhead);
          expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(sizes.reduce((sum, size) => sum + size));
        }
      }),
    );
  });

  it("is refused or read up to the end of a message, wherever it is cut", () => {
    fc.assert(
      fc.property(contents, fc.nat(), (messages, at) => {
        for (const serializer of [jsonSerializer, msgpackSerializer]) {
          const { binary } = serializer;
          const encoded = messages.map((message) =>
            serializer.encode({ fields: [36, ...message], payload: undefined }),
          );
          const framing = binary ? createFraming({ binary }) : text1e();
          const frame = framing.join(encoded);
          const cut = frame.slice(0, at % frame.length);
          try {
            const read = framing.split(cut);
            expect(read).toEqual(encoded.slice(0, read.length));
            expect(framing.join(read)).toEqual(cut);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
    );
  });

  it("is written before it would exceed its limit; a bigger message goes alone", () => {
    const frames: Frame[] = [];
    const batch = createBatch(text1e(), (frame) => frames.push(frame));
    const add = (message: string) => batch.add(message, message.length, 12);
    add("[1]");
    add("[2]");
    expect([frames, batch.bytes]).toEqual([[], 10]);
    add("[3]");
    add("[4,'a big one']");
    add("[5]");
    expect(batch.bytes).toBe(5);
    batch.flush();
    batch.flush();
    expect(frames).toEqual(["[1]\x1e[2]\x1e", "[3]\x1e", "[4,'a big one']\x1e", "[5]\x1e"]);
  });
});
