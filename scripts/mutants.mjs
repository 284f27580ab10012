// npm run mutants -- [G4 …] [unit] [e2e] [new]: shows that the tests of a guarantee can fail. It applies the mutants of
// mutants.json to a copy of the tree, one at a time, and runs the tests that carry the guarantee's tag: at least one must
// kill the mutant. Arguments choose among the mutants; "new" takes those that have no result or survived. Results are
// kept in .cache, and docs/mutants.md is written from them as soon as no mutant lacks one.
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readResult } from "./results.mjs";
import { root, run } from "./tools.mjs";

/**
 * @typedef {object} Mutant
 * @property {string} guarantee its id
 * @property {string} file
 * @property {string} replace text that stands in the file exactly once
 * @property {string} by
 * @property {"unit" | "e2e"} test
 * @property {string} why the defect, for people
 */

const copy = join(root, ".cache/mutants");
const log = join(root, ".cache/mutants.log");
const keptFile = join(root, ".cache/mutants-results.json");
const page = join(root, "docs/mutants.md");

/** Minutes after which a run of the tests of one guarantee is taken for an endless loop. */
const limits = { unit: 2, e2e: 8 };
/** Times as long that the tests of all guarantees may take together. */
const ALL = 5;
/** Killing tests named on the page, for each mutant. */
const NAMED = 2;
/** Characters of a title on the page. */
const LONGEST = 120;

function makeCopy() {
  rmSync(copy, { recursive: true, force: true });
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const file of String(files).split("\0").filter(Boolean)) {
    // A file that was removed and not committed is still listed.
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  mkdirSync(join(copy, ".cache"));
  cpSync(join(root, ".cache/browser.json"), join(copy, ".cache/browser.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  // The environment of the Python peer.
  if (existsSync(join(root, ".cache/crossbar")))
    symlinkSync(join(root, ".cache/crossbar"), join(copy, ".cache/crossbar"));
}

/** Checks all places before the first run, since the last run may come hours later. */
function checkPlaces() {
  const wrong = all.flatMap(({ guarantee, file, replace }) => {
    const path = join(copy, file);
    const places = existsSync(path) ? readFileSync(path, "utf8").split(replace).length - 1 : 0;
    return places === 1 ? [] : [`${guarantee}: ${places} places in ${file} with the text ${replace}`];
  });
  if (wrong.length > 0) throw new Error(`Each text to replace must stand once:\n${wrong.join("\n")}`);
}

/**
 * Runs a script in the copy, and kills it with all its children when it takes too long.
 *
 * @param {string[]} args
 * @param {number} minutes
 * @returns {Promise<"passed" | "failed" | "endless">}
 */
function runInCopy(args, minutes) {
  const output = openSync(log, "w");
  const child = spawn(process.execPath, args, {
    cwd: copy,
    stdio: ["ignore", output, output],
    detached: true,
  });
  const end = () => {
    // A negative id means the whole group, which a terminal's Ctrl-C does not reach either.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", end);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve("endless");
      end();
    }, minutes * 60_000);
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      process.off("exit", end);
      resolve(code === 0 ? "passed" : "failed");
    });
  });
}

/**
 * Runs the tests that carry one of the tags.
 *
 * @param {Mutant["test"]} kind
 * @param {string[]} guarantees
 * @param {number} [minutes]
 * @returns {Promise<{ outcome: Awaited<ReturnType<typeof runInCopy>>, failures: string[] }>}
 */
async function runTests(kind, guarantees, minutes = limits[kind]) {
  const tag = `@(${guarantees.join("|")})\\b`;
  const unit = ["scripts/unit.mjs", "-t", tag, ...filesWith(tag)];
  // One failing test is enough in a browser, since each may cost its whole time limit.
  const e2e = ["scripts/e2e.mjs", "--router", "dev", "--grep", tag, "--max-failures", "1"];
  const outcome = await runInCopy(kind === "unit" ? unit : e2e, minutes);
  const result = readResult(copy, kind === "unit" ? "unit" : "e2e-chromium-dev");
  if (outcome === "endless") return { outcome, failures: [`no end within ${minutes} minutes`] };
  // A file that does not load fails, too, and shows nothing about its tests.
  const titles = (result?.failures ?? []).map(({ title }) => title).filter((title) => title.includes("@G"));
  return { outcome, failures: titles.sort(byTags) };
}

/**
 * Orders the killing tests: a test that carries many guarantees says least about one of them.
 *
 * @param {string} one
 * @param {string} other
 */
function byTags(one, other) {
  const tags = (/** @type {string} */ title) => title.split("@G").length;
  return tags(one) - tags(other) || (one < other ? -1 : 1);
}

/** @param {string} title */
function shortened(title) {
  return title.length > LONGEST ? `${title.slice(0, LONGEST)}…` : title;
}

/**
 * Finds the test files that carry a tag: loading the others would take most of the time.
 *
 * @param {string} tag
 */
function filesWith(tag) {
  return readdirSync(join(copy, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("src", file))
    .filter((file) => new RegExp(tag).test(readFileSync(join(copy, file), "utf8")));
}

/**
 * Runs the tests on the code as it is: a test that fails anyway kills nothing.
 *
 * @param {Mutant["test"]} kind
 */
async function checkUnbroken(kind) {
  const guarantees = [
    ...new Set(chosen.filter(({ test }) => test === kind).map((mutant) => mutant.guarantee)),
  ];
  if (guarantees.length === 0) return;
  const { outcome, failures } = await runTests(kind, guarantees, ALL * limits[kind]);
  if (outcome === "passed") return;
  const [what = `see ${log}`] = failures;
  throw new Error(`The ${kind} tests fail without a mutant: ${what}`);
}

/**
 * Applies a mutant and runs its tests.
 *
 * @param {Mutant} mutant
 * @returns {Promise<string[]>} the tests that kill it
 */
async function killers(mutant) {
  const file = join(copy, mutant.file);
  const source = readFileSync(file, "utf8");
  // The replacement is a function because "$" has a meaning in a replacement text.
  writeFileSync(
    file,
    source.replace(mutant.replace, () => mutant.by),
  );
  try {
    const { outcome, failures } = await runTests(mutant.test, [mutant.guarantee]);
    // A mutant that does not even load shows nothing about the tests.
    if (outcome === "failed" && failures.length === 0)
      console.log(`${mutant.guarantee}: no test ran to its end, see ${log}`);
    return failures;
  } finally {
    writeFileSync(file, source);
  }
}

/** @param {Mutant} mutant */
function keyOf({ guarantee, file, replace, by, test }) {
  return JSON.stringify([guarantee, file, replace, by, test]);
}

function writePage() {
  const rows = all.map((mutant) => {
    const killing = kept[keyOf(mutant)] ?? [];
    const named = killing.slice(0, NAMED).map(shortened);
    const more = killing.length > NAMED ? ["and more"] : [];
    const cells = [
      mutant.guarantee,
      mutant.why,
      `\`${mutant.file}\``,
      mutant.test,
      [...named, ...more].join("<br>") || "**survived**",
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  writeFileSync(
    page,
    [
      "# Mutants",
      "",
      "Written by `npm run mutants`: each mutant of `mutants.json` breaks the code in one place, and the tests of the guarantee have",
      "to kill it. In a browser a run stops at the first test that fails.",
      "",
      "| guarantee | mutant | file | tests | killed by |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  );
  run(["prettier", "--write", "--log-level", "warn", page]);
}

const args = process.argv.slice(2);
const all = /** @type {Mutant[]} */ (JSON.parse(readFileSync(join(root, "mutants.json"), "utf8")));
const kept = /** @type {Record<string, string[]>} */ (
  existsSync(keptFile) ? JSON.parse(readFileSync(keptFile, "utf8")) : {}
);
const ids = args.filter((arg) => all.some(({ guarantee }) => guarantee === arg));
const unknown = args.filter((arg) => !ids.includes(arg) && !["unit", "e2e", "new"].includes(arg));
if (unknown.length > 0)
  throw new Error(`Neither a guarantee with mutants nor unit, e2e or new: ${unknown.join()}`);
const chosen = all.filter(
  (mutant) =>
    (ids.length === 0 || ids.includes(mutant.guarantee)) &&
    (!args.includes("unit") || mutant.test === "unit") &&
    (!args.includes("e2e") || mutant.test === "e2e") &&
    // A mutant that survived counts as new.
    (!args.includes("new") || !((kept[keyOf(mutant)]?.length ?? 0) > 0)),
);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

makeCopy();
checkPlaces();
for (const kind of /** @type {const} */ (["unit", "e2e"])) await checkUnbroken(kind);

for (const mutant of chosen) {
  const killing = await killers(mutant);
  kept[keyOf(mutant)] = killing;
  writeFileSync(keptFile, `${JSON.stringify(kept, null, 2)}\n`);
  const fate = killing.length > 0 ? `killed (${killing.length})` : "SURVIVED";
  console.log(`${mutant.guarantee.padEnd(4)} ${fate}  ${mutant.why}`);
}

if (all.every((mutant) => keyOf(mutant) in kept)) writePage();
process.exitCode = chosen.some((mutant) => kept[keyOf(mutant)]?.length === 0) ? 1 : 0;
