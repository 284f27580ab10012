import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../contract/errors.js";
import type { Payload } from "../protocol/payload.js";
import { createBiggestMessage } from "./biggest-message.js";
import { SizeLimit } from "./gate/size-limit.js";
import type { AnswerHandler } from "./wire-session.js";

const LIMIT = 1_000_000;

const text = (length: number, character = "x"): Payload => ({
  serializer: "json",
  count: 1,
  data: character.repeat(length),
});

const closed = (code: number, reason = ""): ErrorRecord => ({
  name: "ConnectionLostError",
  message: "lost",
  fields: { sent: true, code, reason },
});

function setUp() {
  const biggest = createBiggestMessage();
  const limit = new SizeLimit(LIMIT);
  const told: ErrorRecord[] = [];
  const write = (payload: Payload): AnswerHandler => {
    const handler: AnswerHandler = { answered: () => undefined, lost: () => undefined };
    biggest.wrote({ payload, uri: "com.x", options: {}, handler, blamed: (error) => told.push(error) });
    return handler;
  };
  const blame = (end = closed(1009)) => biggest.blame(end, limit);
  return { biggest, limit, told, write, blame };
}

describe("a connection that the router closes over a message that is too big", () => {
  it("@G23 is blamed on the biggest one that is not answered, which teaches the limit", () => {
    const { limit, told, write, blame } = setUp();
    write(text(40_000));
    const culprit = write(text(50_000));
    write(text(45_000));
    const end = closed(1009);
    const blamed = blame(end);
    // 64 bytes of the envelope, and at most three for each character of URI and options.
    const size = 50_000 + 64 + 15 + 6;
    expect(limit.bytes).toBe(size - 1);
    expect(blamed?.handler).toBe(culprit);
    expect(blamed?.error).toMatchObject({
      name: "OverflowError",
      fields: { limit: "maxMessageSize", value: size, maximum: size - 1 },
      cause: end,
    });
    expect(told).toEqual([blamed?.error]);
  });

  it("@G29 is blamed on the frame if no message was big: each gets its own from then on", () => {
    const { limit, write, blame } = setUp();
    write(text(1_000));
    expect(limit.frameBytes).toBe(32 * 1024);
    expect(blame(closed(1006))).toBeUndefined();
    expect(limit.frameBytes).toBe(32 * 1024);
    expect(blame()).toBeUndefined();
    expect([limit.frameBytes, limit.bytes]).toEqual([0, LIMIT]);
  });

  it("@G23 teaches the limit that the close reason names", () => {
    const { limit, write, blame } = setUp();
    write(text(50_000));
    expect(blame(closed(1009, "more than 40960 bytes"))?.error).toMatchObject({
      fields: { maximum: 40_960 },
    });
    expect(limit.bytes).toBe(40_960);
  });

  it("@G23 is not blamed on a message that the router has answered, nor on a smaller one", () => {
    const { biggest, limit, write, blame } = setUp();
    biggest.answered(write(text(50_000)));
    write(text(50_000));
    expect([blame(), limit.bytes]).toEqual([undefined, LIMIT]);
    const culprit = write(text(50_001));
    expect(blame()?.handler).toBe(culprit);
  });

  it("@G23 is blamed on a message of fewer characters that has more bytes", () => {
    const { biggest, write, blame } = setUp();
    biggest.answered(write(text(100_000)));
    const culprit = write(text(60_000, "€"));
    write(text(110_000));
    expect(blame()?.handler).toBe(culprit);
  });

  it("@G23 is blamed on a binary payload by its bytes", () => {
    const { write, blame } = setUp();
    const culprit = write({ serializer: "msgpack", count: 1, data: new Uint8Array(60_000) });
    expect(blame()?.handler).toBe(culprit);
  });

  it("@G23 is not blamed on a message that every router accepts", () => {
    const { limit, write, blame } = setUp();
    write(text(32 * 1024));
    expect([blame(), limit.bytes]).toEqual([undefined, LIMIT]);
    write(text(32 * 1024 + 1));
    expect(blame()).toBeDefined();
  });

  it("@G23 is not taken for any other end of the connection", () => {
    const { limit, told, write, blame } = setUp();
    write(text(50_000));
    expect(blame(closed(1006))).toBeUndefined();
    expect(blame(closed(1002, "1009"))).toBeUndefined();
    expect(blame({ name: "JoinError", message: "", fields: { uri: "a.b", details: {} } })).toBeUndefined();
    expect([limit.bytes, told]).toEqual([LIMIT, []]);
  });
});
