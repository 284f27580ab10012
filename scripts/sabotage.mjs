// Shows that the tests of a guarantee can fail: breaks the code in a copy of the tree as sabotage.json lists it, one
// entry at a time, and runs the tests that carry the guarantee's tag. At least one must go red. Writes docs/sabotage.md.
// Arguments: ids of guarantees (G4 …) to run only those; the page is then left as it is.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readResult } from "./results.mjs";
import { root, run } from "./tools.mjs";

/**
 * @typedef {object} Entry
 * @property {string} guarantee its id
 * @property {string} file
 * @property {string} replace text that stands in the file exactly once
 * @property {string} by
 * @property {"unit" | "e2e"} test
 * @property {string} why what is broken, for people
 */

const copy = join(root, ".cache/sabotage");

function makeCopy() {
  rmSync(copy, { recursive: true, force: true });
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const file of String(files).split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  mkdirSync(join(copy, ".cache"));
  cpSync(join(root, ".cache/browser.json"), join(copy, ".cache/browser.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** @param {Entry} entry */
function sabotaged({ guarantee, file, replace, by }) {
  const source = readFileSync(join(copy, file), "utf8");
  const places = source.split(replace).length - 1;
  if (places !== 1)
    throw new Error(
      `${guarantee}: ${file} has ${places} places with the text to replace, not one: ${replace}`,
    );
  // A function, because "$" has a meaning in a replacement text.
  return { source, broken: source.replace(replace, () => by) };
}

/**
 * @param {Entry} entry
 * @returns {string[]} the tests that went red
 */
function runTests({ guarantee, test }) {
  const tag = `@${guarantee}\\b`;
  if (test === "unit") run(["scripts/unit.mjs", "-t", tag], { cwd: copy, quiet: true });
  else run(["scripts/e2e.mjs", "--router", "dev", "--grep", tag], { cwd: copy, quiet: true });
  return readResult(copy, test === "unit" ? "unit" : "e2e-dev")?.failures ?? [];
}

/** @param {Entry} entry */
function redTests(entry) {
  const { source, broken } = sabotaged(entry);
  writeFileSync(join(copy, entry.file), broken);
  try {
    return runTests(entry);
  } finally {
    writeFileSync(join(copy, entry.file), source);
  }
}

const asked = process.argv.slice(2);
const all = /** @type {Entry[]} */ (JSON.parse(readFileSync(join(root, "sabotage.json"), "utf8")));
const entries = asked.length === 0 ? all : all.filter((entry) => asked.includes(entry.guarantee));

makeCopy();
// Before the first run, which may be minutes before the last.
for (const entry of entries) sabotaged(entry);

const rows = entries.map((entry) => {
  const red = redTests(entry);
  console.log(
    `${entry.guarantee.padEnd(4)} ${red.length > 0 ? `red (${red.length})` : "NOT NOTICED"}  ${entry.why}`,
  );
  return { ...entry, red };
});

if (asked.length === 0) {
  const lines = rows.map(({ guarantee, file, why, test, red }) => {
    const cells = [guarantee, why, `\`${file}\``, test, red.join("<br>") || "**not noticed**"];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  writeFileSync(
    join(root, "docs/sabotage.md"),
    [
      "# Sabotage",
      "",
      "Written by `npm run sabotage`: the code is broken on purpose, one place at a time (`sabotage.json`), and the tests of",
      "the guarantee have to notice.",
      "",
      "| guarantee | what is broken | file | tests | red |",
      "| --- | --- | --- | --- | --- |",
      ...lines,
      "",
    ].join("\n"),
  );
  run(["prettier", "--write", "--log-level", "warn", "docs/sabotage.md"]);
}
process.exitCode = rows.some(({ red }) => red.length === 0) ? 1 : 0;
