// Compares the claims of docs/guarantees.md with the tests: each claim needs a test whose title carries its tag, as in
// `it("an event skips the publishing tab @G4", …)`, and each tag needs a guarantee.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const states = ["yes", "partly", "not yet"];

/** @returns {Map<string, string>} the state of each guarantee, by id */
function readClaims() {
  const rows = readFileSync(join(root, "docs/guarantees.md"), "utf8").matchAll(
    /^\|\s*(G\d+)\s*\|\s*([^|]*?)\s*\|/gm,
  );
  return new Map([...rows].map(([, id = "", state = ""]) => [id, state]));
}

/** @returns {string[]} */
function testFiles() {
  return [
    ["src", ".test.ts"],
    ["e2e", ".spec.ts"],
  ].flatMap(([folder = "", ending = ""]) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(ending))
      .map((file) => join(folder, file)),
  );
}

/**
 * Finds the tags in the string literals of a test file, except those of tests that are switched off.
 *
 * @param {string} source
 */
function tagsOf(source) {
  const literals = source.matchAll(/(\.(?:skip|todo|fixme)\(\s*)?(["'`])((?:(?!\2)[^\\\n]|\\.)*)\2/g);
  return [...literals].flatMap(([, off, , text = ""]) =>
    off === undefined ? (text.match(/@G\d+/g) ?? []) : [],
  );
}

const claims = readClaims();
/** @type {Map<string, Set<string>>} */
const tests = new Map();
for (const file of testFiles()) {
  for (const tag of tagsOf(readFileSync(join(root, file), "utf8"))) {
    const id = tag.slice(1);
    tests.set(id, (tests.get(id) ?? new Set()).add(file));
  }
}

const complaints = [
  ...(claims.size === 0 ? ["docs/guarantees.md has no row that begins with a guarantee's id"] : []),
  ...[...claims]
    .filter(([, state]) => !states.includes(state))
    .map(([id, state]) => `${id} is "${state}": ${states.join(", ")} are the states`),
  ...[...claims]
    .filter(([id, state]) => (state === "yes" || state === "partly") && !tests.has(id))
    .map(([id, state]) => `${id} is claimed (${state}), but no test carries @${id}`),
  ...[...tests]
    .filter(([id]) => !claims.has(id))
    .map(([id, files]) => `@${id} is no guarantee: ${[...files].join(", ")}`),
];
for (const complaint of complaints) console.error(`guarantees: ${complaint}`);
const claimed = [...claims.values()].filter((state) => state !== "not yet").length;
console.log(`guarantees: ${claimed} of ${claims.size} claimed, ${tests.size} carried by tests`);
process.exitCode = complaints.length > 0 ? 1 : 0;
