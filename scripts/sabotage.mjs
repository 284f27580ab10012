// Shows that the tests of a guarantee can fail: breaks the code in a copy of the tree as sabotage.json lists it, one
// entry at a time, and runs the tests that carry the guarantee's tag. At least one must go red. Arguments choose among
// the entries: ids of guarantees (G4 …), "unit", "e2e", and "new" for those without a result. Results are kept in
// .cache; docs/sabotage.md is written from them as soon as no entry lacks one.
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
 * @typedef {object} Entry
 * @property {string} guarantee its id
 * @property {string} file
 * @property {string} replace text that stands in the file exactly once
 * @property {string} by
 * @property {"unit" | "e2e"} test
 * @property {string} why what is broken, for people
 */

const copy = join(root, ".cache/sabotage");
const log = join(root, ".cache/sabotage.log");
const keptFile = join(root, ".cache/sabotage-results.json");
const page = join(root, "docs/sabotage.md");

/** Minutes after which a run has got into an endless loop. */
const limits = { unit: 2, e2e: 8 };
/** Red tests named on the page, for each entry. */
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
}

/** Before the first run, which may be minutes before the last. */
function checkPlaces() {
  const wrong = all.flatMap(({ guarantee, file, replace }) => {
    const path = join(copy, file);
    const places = existsSync(path) ? readFileSync(path, "utf8").split(replace).length - 1 : 0;
    return places === 1 ? [] : [`${guarantee}: ${places} places in ${file} with the text ${replace}`];
  });
  if (wrong.length > 0) throw new Error(`Each text to replace must stand once:\n${wrong.join("\n")}`);
}

/**
 * Runs a script in the copy, and ends it with all that it started when it takes too long.
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
 * @param {Entry["test"]} kind
 * @param {string[]} guarantees
 * @returns {Promise<{ outcome: Awaited<ReturnType<typeof runInCopy>>, failures: string[] }>}
 */
async function runTests(kind, guarantees) {
  const tag = `@(${guarantees.join("|")})\\b`;
  const unit = ["scripts/unit.mjs", "-t", tag, ...filesWith(tag)];
  // In a browser one red test is enough: each one may cost its whole time limit.
  const e2e = ["scripts/e2e.mjs", "--router", "dev", "--grep", tag, "--max-failures", "1"];
  const outcome = await runInCopy(kind === "unit" ? unit : e2e, limits[kind]);
  const result = readResult(copy, kind === "unit" ? "unit" : "e2e-dev");
  if (outcome === "endless") return { outcome, failures: [`no end within ${limits[kind]} minutes`] };
  return { outcome, failures: result?.failures.sort(byTags) ?? [] };
}

/**
 * The order of red tests: what carries many guarantees says least about one.
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
 * Loading the others would take most of the time.
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
 * Red tests mean nothing when they are red anyway.
 *
 * @param {Entry["test"]} kind
 */
async function checkUnbroken(kind) {
  const guarantees = [...new Set(chosen.filter(({ test }) => test === kind).map((entry) => entry.guarantee))];
  if (guarantees.length === 0) return;
  const { outcome, failures } = await runTests(kind, guarantees);
  if (outcome === "passed") return;
  const [what = `see ${log}`] = failures;
  throw new Error(`The ${kind} tests fail though nothing is broken yet: ${what}`);
}

/** @param {Entry} entry */
async function redTests(entry) {
  const file = join(copy, entry.file);
  const source = readFileSync(file, "utf8");
  // A function, because "$" has a meaning in a replacement text.
  const broken = source.replace(entry.replace, () => entry.by);
  writeFileSync(file, broken);
  try {
    const { outcome, failures } = await runTests(entry.test, [entry.guarantee]);
    // Code that does not even load shows nothing about the tests.
    if (outcome === "failed" && failures.length === 0)
      console.log(`${entry.guarantee}: no test ran to its end, see ${log}`);
    return failures;
  } finally {
    writeFileSync(file, source);
  }
}

/** @param {Entry} entry */
function keyOf({ guarantee, file, replace, by, test }) {
  return JSON.stringify([guarantee, file, replace, by, test]);
}

function writePage() {
  const rows = all.map((entry) => {
    const red = kept[keyOf(entry)] ?? [];
    const named = red.slice(0, NAMED).map(shortened);
    const more = red.length > NAMED ? ["and more"] : [];
    const cells = [
      entry.guarantee,
      entry.why,
      `\`${entry.file}\``,
      entry.test,
      [...named, ...more].join("<br>") || "**not noticed**",
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  writeFileSync(
    page,
    [
      "# Sabotage",
      "",
      "Written by `npm run sabotage`: the code is broken on purpose, one place at a time (`sabotage.json`), and the tests of",
      "the guarantee have to notice. In a browser a run stops at the first red test.",
      "",
      "| guarantee | what is broken | file | tests | red |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  );
  run(["prettier", "--write", "--log-level", "warn", page]);
}

const args = process.argv.slice(2);
const all = /** @type {Entry[]} */ (JSON.parse(readFileSync(join(root, "sabotage.json"), "utf8")));
const kept = /** @type {Record<string, string[]>} */ (
  existsSync(keptFile) ? JSON.parse(readFileSync(keptFile, "utf8")) : {}
);
const ids = args.filter((arg) => all.some(({ guarantee }) => guarantee === arg));
const unknown = args.filter((arg) => !ids.includes(arg) && !["unit", "e2e", "new"].includes(arg));
if (unknown.length > 0)
  throw new Error(`Neither a guarantee with entries nor unit, e2e or new: ${unknown.join()}`);
const chosen = all.filter(
  (entry) =>
    (ids.length === 0 || ids.includes(entry.guarantee)) &&
    (!args.includes("unit") || entry.test === "unit") &&
    (!args.includes("e2e") || entry.test === "e2e") &&
    // What was not noticed counts as new.
    (!args.includes("new") || !((kept[keyOf(entry)]?.length ?? 0) > 0)),
);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

makeCopy();
checkPlaces();
for (const kind of /** @type {const} */ (["unit", "e2e"])) await checkUnbroken(kind);

for (const entry of chosen) {
  const red = await redTests(entry);
  kept[keyOf(entry)] = red;
  writeFileSync(keptFile, `${JSON.stringify(kept, null, 2)}\n`);
  const found = red.length > 0 ? `red (${red.length})` : "NOT NOTICED";
  console.log(`${entry.guarantee.padEnd(4)} ${found}  ${entry.why}`);
}

if (all.every((entry) => keyOf(entry) in kept)) writePage();
process.exitCode = chosen.some((entry) => kept[keyOf(entry)]?.length === 0) ? 1 : 0;
