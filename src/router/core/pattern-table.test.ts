import fc from "fast-check";
import { expect, it } from "vitest";
import type { MatchPolicy } from "../../protocol/uri.js";
import { PatternTable } from "./pattern-table.js";

const component = fc.constantFrom("a", "b", "ab");
const uri = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const pattern = fc.record({
  match: fc.constantFrom<MatchPolicy>("exact", "prefix", "wildcard"),
  text: fc
    .array(fc.oneof(component, fc.constant("")), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(".")),
});
type Pattern = { match: MatchPolicy; text: string };

function tableOf(patterns: readonly Pattern[]): PatternTable<Pattern> {
  const table = new PatternTable<Pattern>();
  for (const entry of patterns) table.set(entry.match, entry.text, entry);
  return table;
}

/** Matches by the words of the specification, without a table. */
function fits({ match, text }: Pattern, given: string): boolean {
  if (match === "exact") return text === given;
  if (match === "prefix") return given.slice(0, text.length) === text;
  const expression = text.split(".").map((part) => (part === "" ? "[^.]+" : part));
  return new RegExp(`^${expression.join("\\.")}$`).test(given);
}

it("finds exactly the entries that match", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pattern, { selector: ({ match, text }) => match + text }),
      uri,
      (patterns, given) => {
        const expected = patterns.filter((entry) => fits(entry, given));
        expect(new Set(tableOf(patterns).matching(given))).toEqual(new Set(expected));
      },
    ),
  );
});

it("finds the best entry in any order of registration, and one whenever any matches", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pattern, { selector: ({ match, text }) => match + text }),
      uri,
      (patterns, given) => {
        const best = tableOf(patterns).best(given);
        expect(tableOf([...patterns].reverse()).best(given)).toEqual(best);
        expect(best !== undefined).toBe(patterns.some((entry) => fits(entry, given)));
      },
    ),
  );
});

it("does not find deleted entries", () => {
  fc.assert(
    fc.property(fc.array(pattern), uri, (patterns, given) => {
      const table = tableOf(patterns);
      for (const { match, text } of patterns) table.delete(match, text);
      expect(table.size).toBe(0);
      expect(table.best(given)).toBeUndefined();
    }),
  );
});
