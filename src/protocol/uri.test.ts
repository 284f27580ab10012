import { describe, expect, it } from "vitest";
import type { UriUse } from "./uri.js";
import { checkUri, matches } from "./uri.js";

const PREFIX: UriUse = { pattern: "prefix" };
const WILDCARD: UriUse = { pattern: "wildcard" };

describe("a URI", () => {
  it.each(["com.example.topic", "com.my-app.x", "com.ÄÖ.☃😀", "a", "wamp.session.on_join", "com.A$%&.1"])(
    "%s is valid by the loose rules",
    (uri) => {
      for (const use of ["topic", "procedure", "error", "realm", PREFIX, WILDCARD] as const) {
        expect(checkUri(uri, use, "loose")).toBeUndefined();
      }
    },
  );

  it.each(["com.my-app.x", "com.Example", "com.é", "com.a$"])(
    "%s is not valid by the strict rules",
    (uri) => {
      for (const use of ["topic", PREFIX, WILDCARD] as const) {
        expect(checkUri(uri, use, "strict")).toContain("strict");
      }
    },
  );

  it("of lower-case letters, digits and underscores is valid by the strict rules", () => {
    expect(checkUri("com.example_2.3d", "topic", "strict")).toBeUndefined();
  });

  // The controls: Python counts U+001C to U+001F and U+0085 as whitespace, and Crossbar.io closes the socket for them.
  it.each([
    "a b",
    "a.#",
    "a\n",
    "a\u00a0b",
    "a\u001cb",
    "a\u0085b",
    "\0abc",
    "a\ud800b",
    "\udc00",
    "a\ufeff",
  ])("@G23 with a forbidden character (case %#) is refused for every use", (uri) => {
    for (const use of ["topic", "procedure", "error", "realm", PREFIX, WILDCARD] as const) {
      expect(checkUri(uri, use, "loose")).toContain("must not contain");
    }
  });

  it.each(["", ".", "a.", ".a", "a..b"])(
    "@G23 %j has an empty component and is refused unless it is a pattern",
    (uri) => {
      for (const use of ["topic", "procedure", "error", "realm"] as const) {
        expect(checkUri(uri, use, "loose")).toContain("empty");
        expect(checkUri(uri, use, "strict")).toContain("empty");
      }
      expect(checkUri(uri, WILDCARD, "strict")).toBeUndefined();
    },
  );

  it("as a prefix pattern may have an empty last component, and no other empty one", () => {
    for (const uri of ["", "a.", "a.b.", "a.b"]) expect(checkUri(uri, PREFIX, "strict")).toBeUndefined();
    for (const uri of [".", ".a", "a..b", "a.."]) expect(checkUri(uri, PREFIX, "loose")).toContain("prefix");
  });
});

describe("matching", () => {
  it.each([
    ["exact", "com.a", "com.a", true],
    ["exact", "com.a", "com.ab", false],
    ["prefix", "com.myapp.topic.emergency", "com.myapp.topic.emergency.11", true],
    ["prefix", "com.myapp.topic.emergency", "com.myapp.topic.emergency-low", true],
    ["prefix", "com.myapp.topic.emergency", "com.myapp.topic.emergency", true],
    ["prefix", "com.myapp.topic.emergency", "com.myapp.topic.emerge", false],
    ["prefix", "", "com", true],
    ["wildcard", "com.myapp..userevent", "com.myapp.foo.userevent", true],
    ["wildcard", "com.myapp..userevent", "com.myapp.foo.userevent.bar", false],
    ["wildcard", "com.myapp..userevent", "com.myapp.foo.user", false],
    ["wildcard", "com.myapp..userevent", "com.myapp2.foo.userevent", false],
    ["wildcard", "..", "a.b.c", true],
    ["wildcard", "", "a", true],
    ["wildcard", "", "a.b", false],
  ] as const)("%s %j and %s: %s", (policy, pattern, uri, expected) => {
    expect(matches(policy, pattern, uri)).toBe(expected);
  });
});
