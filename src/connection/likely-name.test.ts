import { describe, expect, it } from "vitest";
import { likelyName } from "./likely-name.js";

const known = Object.fromEntries(
  ["timeout", "excludeMe", "excludeAuthid", "eligible", "url", "realm", "kwargs", "auth", "match"].map(
    (name) => [name, name],
  ),
);

describe("the likely name", () => {
  it.each([
    ["timout", "timeout"],
    ["timeuot", "timeout"],
    ["tiemoutt", "timeout"],
    ["time_out", "timeout"],
    ["exclude_me", "excludeMe"],
    ["exclude-me", "excludeMe"],
    ["EXCLUDEME", "excludeMe"],
    ["exclude_authid", "excludeAuthid"],
    ["eligable", "eligible"],
    ["urls", "url"],
    ["relam", "realm"],
    ["realms", "realm"],
    ["kwarg", "kwargs"],
    ["macth", "match"],
  ])("of %s is %s", (given, expected) => {
    expect(likelyName(given, known)).toBe(expected);
  });

  it.each(["name", "x", "", "curly", "timetable", "constructor", "__proto__", "t".repeat(100_000)])(
    "of %.20s is none of them",
    (given) => {
      expect(likelyName(given, known)).toBeUndefined();
    },
  );

  it("is the one with the fewest differences, whatever the order", () => {
    const meanings = { auth: "auth", authid: "options.auth.authid" };
    expect([likelyName("authId", meanings), likelyName("authh", meanings)]).toEqual([
      "options.auth.authid",
      "auth",
    ]);
  });
});
