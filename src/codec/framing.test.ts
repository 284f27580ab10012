import { expect, it } from "vitest";
import { unbatched } from "./framing.js";

it("the unbatched framing carries one message per frame, unchanged", () => {
  for (const message of ["[1]", Uint8Array.of(0x91, 1)]) {
    expect(unbatched.join([message])).toBe(message);
    expect(unbatched.split(message)).toEqual([message]);
  }
});

it("the unbatched framing refuses to drop a message", () => {
  expect(() => unbatched.join([])).toThrow("one message");
  expect(() => unbatched.join(["[1]", "[2]", "[3]"])).toThrow("one message");
});
