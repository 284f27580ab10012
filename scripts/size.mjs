// Compares the files that a page and its worker load, minified and compressed, with the limits of .size-limit.json. The files that are
// minified in the package, since some bundlers copy them, are measured as they are.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "vite";
import { root, run } from "./tools.mjs";

const folder = join(root, ".cache/size");
mkdirSync(folder, { recursive: true });
/** @type {{ name: string }[]} */
const limits = JSON.parse(readFileSync(join(root, ".size-limit.json"), "utf8"));
for (const { name } of limits) {
  const built = readFileSync(join(root, "dist", name), "utf8");
  const { code, errors } = isCopied(name)
    ? { code: built, errors: [] }
    : await minify(name, built, { module: true });
  if (errors.length > 0) throw new Error(`${name} could not be minified: ${JSON.stringify(errors)}`);
  // One other character makes a browser keep the whole script with two bytes for each.
  const [wide] = code.match(/[^\0-\xff]/) ?? [];
  if (wide !== undefined && !/^(?:service-)?worker\.js$/.test(name))
    throw new Error(`${name} has the character ${JSON.stringify(wide)}, which takes two bytes`);
  writeFileSync(join(folder, name), code);
}
process.exitCode = run(["size-limit"]) ? 0 : 1;

/** @param {string} name */
function isCopied(name) {
  return /^(?:worker|argon2|ed25519)\.js$|-serializer\.js$/.test(name);
}
