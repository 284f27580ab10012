// The table of docs/routers.md, which says for each feature and router whether it works, from the results of the browser tests. A test says
// by the annotation `shows` which feature works if it passes, and by `feature` which one the router lacks (e2e/support/needs.ts).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { readTests } from "./results.mjs";
import { root } from "./tools.mjs";

const page = "docs/routers.md";
const begin = "<!-- The table of `npm run matrix`. -->";
const end = "<!-- The end of the table. -->";

const routers = /** @type {const} */ ({ dev: "development router", crossbar: "Crossbar.io", nexus: "Nexus" });

/**
 * @typedef {keyof typeof routers} RouterName
 * @typedef {Partial<Record<RouterName, string>>} Cells
 */

/** The beginnings of the names of features, in the order of the table, with the beginnings of their rows. */
const groups = {
  auth: "authentication",
  serializer: "serializer",
  subprotocols: "subprotocols",
  dealer: "calls",
  broker: "events",
  encryption: "encryption",
};

const works = "yes";

/**
 * Reads what the last run on a router has shown of each feature. A feature whose tests failed is left out.
 *
 * @param {RouterName} router
 * @returns {ReadonlyMap<string, string>}
 */
function outcomesOn(router) {
  /** @type {Map<string, string>} */
  const outcomes = new Map();
  const tests = (readTests(root, `e2e-chromium-${router}`) ?? []).map((test) => ({
    ...test,
    of: (/** @type {string} */ type) =>
      test.annotations.filter((each) => each.type === type).map(({ description = "" }) => description),
  }));
  for (const { of } of tests) {
    const [reason = "not announced"] = of("skip");
    for (const feature of of("feature")) outcomes.set(feature, reason);
  }
  for (const { of, outcome } of tests) {
    if (outcome === "passed") for (const feature of of("shows")) outcomes.set(feature, works);
  }
  for (const { of, outcome } of tests) {
    if (outcome === "failed") for (const feature of of("shows")) outcomes.delete(feature);
  }
  return outcomes;
}

/** @returns {Map<string, Cells>} the rows of the page, by feature */
function readPage() {
  const [, table = ""] = readFileSync(join(root, page), "utf8").split(begin);
  const [, , ...lines] = (table.split(end)[0] ?? "").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [, label = "", ...cells] = line.split("|").map((cell) => cell.trim());
      return [label, Object.fromEntries(Object.keys(routers).map((router, n) => [router, cells[n] ?? ""]))];
    }),
  );
}

/**
 * Returns the beginning of a feature's row, or undefined for what is no feature of a router.
 *
 * @param {string} feature
 */
function labelOf(feature) {
  const [group = "", name = ""] = feature.split(".");
  const title = /** @type {Record<string, string>} */ (groups)[group];
  return title === undefined ? undefined : `${title}: ${name.replaceAll("_", " ").replace(/\bapi\b/, "API")}`;
}

/**
 * Returns the rows in which the page differs from the last run on a router. A run of some tests only is compared as far as it goes.
 *
 * @param {RouterName} router
 * @returns {string[]}
 */
export function matrixComplaints(router) {
  const rows = readPage();
  return [...outcomesOn(router)].flatMap(([feature, outcome]) => {
    const label = labelOf(feature);
    if (label === undefined) return [];
    const said = rows.get(label)?.[router];
    if (said === outcome) return [];
    return [`${page} says "${said ?? ""}" of ${label} on ${routers[router]}, and the tests "${outcome}"`];
  });
}

/** Writes what the last run on each router has shown into the page; what was not tested stays as it is. */
export async function writeMatrix() {
  const rows = readPage();
  for (const router of /** @type {RouterName[]} */ (Object.keys(routers))) {
    for (const [feature, outcome] of outcomesOn(router)) {
      const label = labelOf(feature);
      if (label !== undefined) rows.set(label, { ...rows.get(label), [router]: outcome });
    }
  }
  const order = Object.values(groups);
  const rank = (/** @type {string} */ label) => order.indexOf(label.split(":")[0] ?? "");
  const sorted = [...rows].sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other));
  const lines = [
    ["feature", ...Object.values(routers)],
    ["-", "-", "-", "-"],
    ...sorted.map(([label, cells]) => [
      label,
      ...Object.keys(routers).map((router) => cells[/** @type {RouterName} */ (router)] ?? ""),
    ]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  const table = await format(`${lines.join("\n")}\n`, { parser: "markdown" });
  const text = readFileSync(join(root, page), "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table`);
  writeFileSync(join(root, page), `${text.slice(0, from)}${begin}\n\n${table}\n${text.slice(to)}`);
}
