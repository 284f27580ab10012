// npm run architecture -- [--write]: measures the structure of src. Prints two tables: the size of each layer, and the imports
// within client and hub, the two layers that are divided into folders. With --write the tables replace those of
// docs/architecture.md. Imports of types count. Tests, contract suites and test doubles do not.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cruise } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { format } from "prettier";
import circles from "./circles.config.mjs";
import { root } from "./tools.mjs";

const page = "docs/architecture.md";
const begin = "<!-- The tables of `npm run architecture -- --write`. -->";
const end = "<!-- The end of the tables. -->";
/** Files that are no part of the package, and declarations of globals. */
const notShipped = /^src\/(browser-tests|testing)\/|^src\/[^/]+\/testing\/|\.(test|test-d|suite|d)\.ts$/;

/**
 * Nodes, such as files by their paths, each with the nodes that it imports.
 *
 * @typedef {ReadonlyMap<string, readonly string[]>} Graph
 */

/** @returns {Promise<Graph>} */
async function readGraph() {
  const { tsConfig, ...options } = circles.options ?? {};
  const { output } = await cruise(["src"], { ...options, baseDir: root }, undefined, {
    tsConfig: extractTsConfig(join(root, tsConfig?.fileName ?? "tsconfig.json")),
  });
  if (typeof output === "string")
    throw new Error("dependency-cruiser did not return its result as an object");
  const files = output.modules.filter(({ source }) => source.endsWith(".ts") && !notShipped.test(source));
  const known = new Set(files.map(({ source }) => source));
  return new Map(
    files.map(({ source, dependencies }) => [
      source,
      [...new Set(dependencies.map(({ resolved }) => resolved))].filter((file) => known.has(file)),
    ]),
  );
}

/**
 * Merges files into nodes. Imports between two nodes count once, and imports within a node are dropped.
 *
 * @param {Graph} graph
 * @param {(file: string) => string} nodeOf
 * @returns {Graph}
 */
function merged(graph, nodeOf) {
  /** @type {Map<string, string[]>} */
  const nodes = new Map();
  for (const [file, imports] of graph) {
    const node = nodeOf(file);
    const others = imports.map(nodeOf).filter((other) => other !== node);
    nodes.set(node, [...new Set([...(nodes.get(node) ?? []), ...others])]);
  }
  return nodes;
}

/**
 * Returns the part of a graph whose files pass, with the imports between them.
 *
 * @param {Graph} graph
 * @param {(file: string) => boolean} passes
 * @returns {Graph}
 */
function part(graph, passes) {
  return new Map(
    [...graph].filter(([file]) => passes(file)).map(([file, all]) => [file, all.filter(passes)]),
  );
}

/**
 * Returns the groups of nodes that import each other, directly or not.
 *
 * @param {Graph} graph
 * @returns {string[][]}
 */
function circlesOf(graph) {
  /** @param {string} from */
  const reachable = (from) => {
    const seen = new Set(graph.get(from));
    for (const node of seen) for (const next of graph.get(node) ?? []) seen.add(next);
    return seen;
  };
  const reached = new Map([...graph.keys()].map((node) => [node, reachable(node)]));
  /** @type {Set<string>} */
  const done = new Set();
  return [...reached].flatMap(([node, others]) => {
    if (done.has(node) || !others.has(node)) return [];
    const circle = [...others].filter((other) => reached.get(other)?.has(node));
    for (const other of circle) done.add(other);
    return [circle];
  });
}

/**
 * Returns the floor of each node: 1 for a node without imports, otherwise one more than the highest node that it imports. The
 * nodes of a circle share a floor.
 *
 * @param {Graph} graph
 * @returns {ReadonlyMap<string, number>}
 */
function floorsOf(graph) {
  const groups = new Map(circlesOf(graph).flatMap((circle) => circle.map((node) => [node, circle.join()])));
  const acyclic = merged(graph, (node) => groups.get(node) ?? node);
  /** @type {Map<string, number>} */
  const floors = new Map();
  /** @param {string} node @returns {number} */
  const floorOf = (node) => {
    const floor = floors.get(node) ?? 1 + Math.max(0, ...(acyclic.get(node) ?? []).map(floorOf));
    floors.set(node, floor);
    return floor;
  };
  return new Map([...graph.keys()].map((node) => [node, floorOf(groups.get(node) ?? node)]));
}

/** @param {string} file */
function linesOf(file) {
  return readFileSync(join(root, file), "utf8").split("\n").length - 1;
}

/** @param {string} file */
function layerOf(file) {
  return file.split("/")[1] ?? "";
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/** @param {Graph} graph */
function importsIn(graph) {
  return sum([...graph.values()].map(({ length }) => length));
}

/** @param {Graph} graph */
function highest(graph) {
  return Math.max(...floorsOf(graph).values());
}

/** @param {readonly (readonly (string | number)[])[]} rows the first of them are the headings */
function table(rows) {
  const [headings = [], ...others] = rows;
  return [headings, headings.map(() => "-"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {Graph} graph */
function layerTable(graph) {
  const floors = floorsOf(merged(graph, layerOf));
  const layers = [...floors].sort(([a, one], [b, other]) => one - other || a.localeCompare(b));
  const rows = layers.map(([layer, floor]) => {
    const lines = [...graph.keys()]
      .filter((file) => layerOf(file) === layer)
      .map((file) => /** @type {const} */ ([linesOf(file), file]))
      .sort(([one], [other]) => other - one);
    const [most, largest] = lines[0] ?? [0, ""];
    return [
      `\`${layer}\``,
      floor,
      lines.length,
      sum(lines.map(([count]) => count)),
      `\`${largest.replace(`src/${layer}/`, "")}\`, ${most}`,
    ];
  });
  return table([["layer", "floor", "files", "lines", "largest file, lines"], ...rows]);
}

/** @param {Graph} graph */
function dividedTable(graph) {
  const columns = ["client", "hub"].map((layer) => {
    const files = part(graph, (file) => layerOf(file) === layer);
    // A file beside the folders is a node of its own.
    const folders = merged(files, (file) => file.split("/").slice(0, 3).join("/"));
    const beside = [...folders.keys()].filter((node) => node.endsWith(".ts")).length;
    return [
      `\`${layer}\``,
      files.size,
      importsIn(files),
      highest(files),
      circlesOf(files).length,
      `${folders.size - beside} and ${beside}`,
      importsIn(folders),
      highest(folders),
      circlesOf(folders).length,
    ];
  });
  const names = [
    "",
    "files",
    "imports between files",
    "floors of files",
    "circles of files",
    "folders, and files beside them",
    "imports between these",
    "floors of these",
    "circles of these",
  ];
  return table(names.map((name, row) => [name, ...columns.map((column) => column[row] ?? "")]));
}

const { values: flags } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const graph = await readGraph();
const tables = await format(`${layerTable(graph)}\n\n${dividedTable(graph)}\n`, { parser: "markdown" });
console.log(tables);
if (flags.write) {
  const text = readFileSync(join(root, page), "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no place for the tables`);
  writeFileSync(join(root, page), `${text.slice(0, from)}${begin}\n\n${tables}\n${text.slice(to)}`);
}
