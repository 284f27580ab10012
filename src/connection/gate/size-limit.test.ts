import { expect, it } from "vitest";
import { SizeLimit } from "./size-limit.js";

const MESSAGE = { payload: 200_000, message: 200_100 };

it.each([
  ["", 200_099],
  ["message too big", 200_099],
  ["WebSocket message exceeds the limit of 100000 octets", 100_000],
  ["message of 200005 bytes is more than 65536", 65_536],
  // It names the message, but no limit.
  ["message of 200005 bytes", 200_099],
  ["received WebSocket message size 131072 exceeds payload limit of 100000 octets", 100_000],
  // Numbers that no router could have as its limit.
  ["error 1009", 200_099],
  ["error 1009: at most 50000", 50_000],
  ["error 1009: at most 32767", 200_099],
  ["RFC 6455, section 7.4.1", 200_099],
  ["frame from 10.0.0.5:40312 is too big", 200_099],
  ["[fe80::1]:40312, limit: 50000.", 50_000],
])("@G23 learns from the close reason %j", (reason, bytes) => {
  const limit = new SizeLimit(1_000_000);
  limit.learn(MESSAGE, reason);
  expect(limit.bytes).toBe(bytes);
});

it("@G23 does not learn a number that is far from the size of the message", () => {
  const limit = new SizeLimit(10_000_000);
  limit.learn({ payload: 2_000_000, message: 2_000_100 }, "process 40312: too big");
  expect(limit.bytes).toBe(2_000_099);
  limit.learn({ payload: 1_600_000, message: 1_600_100 }, "at most 100000");
  expect(limit.bytes).toBe(100_000);
});

it("@G23 never grows", () => {
  const limit = new SizeLimit(50_000);
  limit.learn(MESSAGE, "");
  expect(limit.bytes).toBe(50_000);
  limit.learn(MESSAGE, "at most 100000");
  expect(limit.bytes).toBe(50_000);
});

it("@G23 ends at a smaller message that the router does not accept either", () => {
  const limit = new SizeLimit(1_000_000);
  limit.learn(MESSAGE, "");
  limit.learn({ payload: 80_000, message: 80_100 }, "");
  expect(limit.bytes).toBe(80_099);
});
