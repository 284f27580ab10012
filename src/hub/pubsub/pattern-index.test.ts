import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches } from "../../protocol/uri.js";
import { createPatternIndex } from "./pattern-index.js";
import type { Pattern } from "./pattern-index.js";

const component = fc.constantFrom("a", "b", "ab", "");
const joined = (length: number) =>
  fc.array(component, { minLength: 1, maxLength: length }).map((parts) => parts.join("."));
const pattern: fc.Arbitrary<Pattern> = fc.record({
  match: fc.constantFrom("prefix", "wildcard"),
  topic: joined(3),
});
const topic = fc
  .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 4 })
  .map((all) => all.join("."));

const key = ({ match, topic }: Pattern) => `${match} ${topic}`;

describe("the index of patterns", () => {
  it("@G4 finds exactly the patterns that match a topic, whatever was added and removed before", () => {
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { selector: key }), fc.nat(), topic, (patterns, cut, topic) => {
        const index = createPatternIndex();
        for (const one of patterns) index.add(one);
        const removed = patterns.slice(0, cut % (patterns.length + 1));
        for (const one of removed) index.remove(one);
        const left = patterns.slice(removed.length);
        const known = new Set(left.map(key));
        const found = [...index.candidates(topic)].map(key).filter((one) => known.has(one));
        const expected = left.filter((one) => matches(one.match, one.topic, topic)).map(key);
        expect(found.sort()).toEqual(expected.sort());
        for (const one of left) index.remove(one);
        expect([...index.candidates(topic)]).toEqual([]);
      }),
    );
  });

  it("@G4 returns one candidate for each length and shape, not for each pattern", () => {
    const index = createPatternIndex();
    for (let number = 100; number < 1_000; number += 1) {
      index.add({ match: "prefix", topic: `com.n${number}` });
      index.add({ match: "wildcard", topic: `com..n${number}` });
      index.add({ match: "wildcard", topic: `com..n${number}.state` });
    }
    expect([...index.candidates("com.room.n500")]).toEqual([
      { match: "prefix", topic: "com.room" },
      { match: "wildcard", topic: "com..n500" },
    ]);
  });

  it("throws for a pattern that was not added", () => {
    const index = createPatternIndex();
    index.add({ match: "prefix", topic: "com.a" });
    index.add({ match: "wildcard", topic: "com..a" });
    expect(() => index.remove({ match: "prefix", topic: "com" })).toThrow(
      "There is no pattern of the length or shape 3",
    );
    expect(() => index.remove({ match: "wildcard", topic: ".com.a" })).toThrow(
      "There is no pattern of the length or shape *--",
    );
  });
});
