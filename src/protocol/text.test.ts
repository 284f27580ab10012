import { expect, it } from "vitest";
import { isWellFormed, shortened, toWellFormed } from "./text.js";

it("a long text is cut off, but not inside a character", () => {
  expect(shortened("abc", 3)).toBe("abc");
  expect(shortened("abcd", 3)).toBe("abc...");
  expect(shortened("ab😀d", 3)).toBe("ab...");
  expect(shortened("a😀cd", 3)).toBe("a😀...");
});

it("a replacement character stands for each surrogate without its other half", () => {
  expect(toWellFormed("a😀")).toBe("a😀");
  expect(toWellFormed("\ud83da\ude00😀")).toBe("\ufffda\ufffd😀");
  // Twice, because a regular expression must not remember where it stopped.
  for (const text of ["a\ud83d", "a\ud83d"]) expect(isWellFormed(text)).toBe(false);
});
