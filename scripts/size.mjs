// Compares the files that a page loads, minified and compressed, with the limits of .size-limit.json.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "vite";
import { root, run } from "./tools.mjs";

const folder = join(root, ".cache/size");
mkdirSync(folder, { recursive: true });
/** @type {{ name: string }[]} */
const limits = JSON.parse(readFileSync(join(root, ".size-limit.json"), "utf8"));
for (const { name } of limits) {
  const { code, errors } = await minify(name, readFileSync(join(root, "dist", name), "utf8"), {
    module: true,
  });
  if (errors.length > 0) throw new Error(`${name} could not be minified: ${JSON.stringify(errors)}`);
  // One other character makes a browser keep the whole script with two bytes for each.
  const [wide] = code.match(/[^\0-\xff]/) ?? [];
  if (wide !== undefined && !/^(?:service-)?worker\.js$/.test(name))
    throw new Error(`${name} has the character ${JSON.stringify(wide)}, which takes two bytes`);
  writeFileSync(join(folder, name), code);
}
process.exitCode = run(["size-limit"]) ? 0 : 1;
